{%- set events, as_of = ref("stg_mailchimp__events"), var("as_of", none) %}

with

    customers as (select * from {{ ref("customers") }}),

    touchpoints as (
        select
            customer_id,
            email,
            {{ dbt_mailchimp.below_frequency_cap("email", events, "sent", 3, days=7, as_of=as_of) }}
            as may_be_mailed_this_week,
            {{
                dbt_mailchimp.below_frequency_cap(
                    "email", events, "opened", 3, days=30, as_of=as_of
                )
            }} as opened_little_this_month,
            {{
                dbt_mailchimp.below_frequency_cap(
                    "email", events, ["sent", "opened"], 9, days=90, as_of=as_of
                )
            }} as was_touched_little_this_quarter,
            {{
                dbt_mailchimp.below_frequency_cap(
                    "email", events, "sent", 3, since="last_ordered_on", as_of=as_of
                )
            }} as may_be_mailed_since_the_last_order
        from customers
    )

select *
from touchpoints
