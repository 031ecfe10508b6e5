-- the list asks everybody first: new contacts are pending until they say yes
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_DOUBLE_OPTIN")}}) }}

select email_address, fname, marketing_consent
from people
