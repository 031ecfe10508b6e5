-- a NULL clears the field
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_CLEAR"), "nulls": "clear"}}) }}

select email_address, fname, marketing_consent
from people
