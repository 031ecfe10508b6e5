with

    customers as (select * from {{ ref("customers") }}),

    addressed as (
        select customers.*, {{ dbt_mailchimp.normalise_address("email") }} as email_address
        from customers
    ),

    profiles as (
        select
            email_address,
            max(first_name) as first_name,
            cast(null as bigint) as member_rating,
            {{ dbt_mailchimp.distinct_values("plan") }} as topics,
            cast(0 as bigint) as opens,
            {{ dbt_mailchimp.distinct_values("cast('shop' as varchar)") }} as list_id
        from addressed
        where email_address is not null
        group by email_address
    )

select *
from profiles
