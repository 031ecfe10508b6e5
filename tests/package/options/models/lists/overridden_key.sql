-- one default of the folder is overridden, the others stay
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_OVERRIDDEN_KEY"), "on_leave": "archive"}}) }}

select email_address, fname, marketing_consent
from people
