with

    raw_customers as (select * from {{ ref("raw_customers") }}),

    cleaned as (
        select
            customer_id,
            -- as typed: the audience makes one spelling of it
            email,
            nullif(trim(first_name), '') as first_name,
            nullif(trim(last_name), '') as last_name,
            plan,
            country,
            case
                when lower(trim(marketing_consent)) in ('yes', 'true')
                then true
                when lower(trim(marketing_consent)) in ('no', 'false')
                then false
            end as marketing_consent,
            consent_changed_at,
            signed_up_at
        from raw_customers
    )

select *
from cleaned
