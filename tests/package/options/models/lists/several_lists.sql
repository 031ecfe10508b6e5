-- one audience feeds two lists, each in its own way
{{
    config(
        meta={
            "mailchimp": [
                {"list_id": env_var("LIST_NORTH"), "segment": "Readers of the north"},
                {"list_id": env_var("LIST_SOUTH"), "on_leave": "keep"},
            ]
        }
    )
}}

select email_address, fname, marketing_consent
from people
