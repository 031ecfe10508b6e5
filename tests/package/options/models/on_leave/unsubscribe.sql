-- who is in the table no more is unsubscribed
{{
    config(
        meta={"mailchimp": {"list_id": env_var("LIST_UNSUBSCRIBE"), "on_leave": "unsubscribe"}}
    )
}}

select email_address, fname, marketing_consent
from people
