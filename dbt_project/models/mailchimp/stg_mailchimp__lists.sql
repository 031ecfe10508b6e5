{{ config(enabled=var("mailchimp_models", false)) }}

with

    pulled_lists as (select * from {{ source("dbt_mailchimp", "mailchimp_lists") }}),

    lists as (
        select
            list_id,
            account,
            name,
            double_optin,
            marketing_permissions as has_marketing_permissions,
            created_at,
            member_count,
            unsubscribe_count,
            cleaned_count,
            read_at
        from pulled_lists
    )

select *
from lists
