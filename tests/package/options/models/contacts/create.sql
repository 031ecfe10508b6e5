-- who is new is added, and never written again
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_CREATE"), "contacts": "create"}}) }}

select email_address, fname, marketing_consent
from people
