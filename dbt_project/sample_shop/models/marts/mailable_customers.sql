with

    customers as (select * from {{ ref("customers") }}),

    suppressed as (
        select email_address
        from {{ ref("mailchimp_suppression") }}
        where is_lasting and list_id = '{{ env_var("MAILCHIMP_LIST_ID", "f00dcafe01") }}'
    ),

    mailable as (
        select customers.*
        from customers
        left join
            suppressed
            on {{ dbt_mailchimp.normalise_address("customers.email") }} = suppressed.email_address
        where suppressed.email_address is null
    )

select *
from mailable
