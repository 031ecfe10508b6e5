-- several rows of one address: none is sent, and `loader rejections` says so
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_SKIP"), "duplicates": "skip"}}) }}

select email_address, fname, marketing_consent
from people
