-- who is new is added, and who is on the list is kept up to date
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_UPSERT"), "contacts": "upsert"}}) }}

select email_address, fname, marketing_consent
from people
