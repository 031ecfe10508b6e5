-- who is in the table no more is archived
{{ config(meta={"mailchimp": {"list_id": env_var("LIST_ARCHIVE"), "on_leave": "archive"}}) }}

select email_address, fname, marketing_consent
from people
