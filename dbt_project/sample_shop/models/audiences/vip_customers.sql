{{
    config(
        meta={
            "mailchimp": {
                "list_id": env_var("MAILCHIMP_LIST_ID", "f00dcafe01"),
                "contacts": "none",
                "segment": "VIP",
            }
        }
    )
}}

select email as email_address
from {{ ref("mailable_customers") }}
where lifetime_value >= 150
