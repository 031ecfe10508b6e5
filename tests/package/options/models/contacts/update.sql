-- who is on the list is kept up to date, and nobody is added
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_UPDATE"), "contacts": "update"}}) }}

select email_address, fname, marketing_consent
from people
