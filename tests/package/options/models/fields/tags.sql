-- a list of texts; tags that others gave stay
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_TAGS")}}) }}

select email_address, marketing_consent, array[plan, city] as tags
from people
