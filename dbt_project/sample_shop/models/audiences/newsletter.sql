{{
    config(
        meta={
            "mailchimp": {
                "list_id": env_var("MAILCHIMP_LIST_ID", "f00dcafe01"),
                "contacts": "upsert",
                "segment": "Newsletter readers",
                "on_leave": "unsubscribe",
            }
        }
    )
}}

select
    email as email_address,
    first_name as fname,
    last_name as lname,
    plan,
    lifetime_value as ltv,
    orders,
    last_ordered_on as last_order,
    marketing_consent
from {{ ref("mailable_customers") }}
