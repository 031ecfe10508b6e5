-- a date is a birthday, without its year, when the model says so
{{
    config(
        meta={
            "mailchimp": {
                "list_id": env_var("LIST_BIRTHDAY"),
                "fields": {"birthday": {"type": "birthday"}},
            }
        }
    )
}}

select email_address, marketing_consent, born_on as birthday
from people
