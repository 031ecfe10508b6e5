-- several rows of one address: this audience does not build
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_FAIL"), "duplicates": "fail"}}) }}

select email_address, fname, marketing_consent
from people
