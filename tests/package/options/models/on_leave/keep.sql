-- who is in the table no more stays a subscriber
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_KEEP"), "on_leave": "keep"}}) }}

select email_address, fname, marketing_consent
from people
