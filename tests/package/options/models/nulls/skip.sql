-- a NULL is not sent: the field keeps what it has
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_SKIP"), "nulls": "skip"}}) }}

select email_address, fname, marketing_consent
from people
