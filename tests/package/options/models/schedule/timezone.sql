-- due every day at a quarter past one in Berlin, which is a quarter past twelve in UTC in winter
{{
    config(
        meta={
            "mailchimp": {
                "list_id": env_var("LIST_TIMEZONE"),
                "schedule": "15 13 * * *",
                "timezone": "Europe/Berlin",
            }
        }
    )
}}

select email_address, fname, marketing_consent
from people
