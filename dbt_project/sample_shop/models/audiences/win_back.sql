{{
    config(
        meta={
            "mailchimp": {
                "list_id": env_var("MAILCHIMP_LIST_ID", "f00dcafe01"),
                "contacts": "update",
                "segment": "Win-back",
            }
        }
    )
}}

select email as email_address, last_ordered_on + 365 as lapsed_on
from {{ ref("mailable_customers") }}
where last_ordered_on + 365 < cast('{{ var("as_of", "2026-06-30") }}' as date)
