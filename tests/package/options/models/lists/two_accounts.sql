-- the second list is of the account with the key MAILCHIMP_API_KEY_EU
{{
    config(
        meta={
            "mailchimp": [
                {"list_id": env_var("LIST_US")},
                {"list_id": env_var("LIST_EU"), "account": "eu"},
            ]
        }
    )
}}

select email_address, fname, marketing_consent
from people
