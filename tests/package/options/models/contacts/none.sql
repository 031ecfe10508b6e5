-- no contact is written; who is on the list already is in the segment
{{
    config(
        meta={
            "mailchimp": {
                "list_id": env_var("LIST_NONE"),
                "contacts": "none",
                "segment": "Readers",
            }
        }
    )
}}

select email_address
from people
