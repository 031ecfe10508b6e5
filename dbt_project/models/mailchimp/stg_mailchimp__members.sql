{{ config(enabled=var("mailchimp_models", false)) }}

with

    pulled_members as (select * from {{ source("dbt_mailchimp", "mailchimp_members") }}),

    members as (
        select
            list_id,
            email_address,
            status,
            contact_id,
            language,
            vip,
            member_rating,
            nullif(trim(unsubscribe_reason), '') as unsubscribe_reason,
            source,
            timestamp_signup as signed_up_at,
            timestamp_opt as confirmed_at,
            -- Mailchimp says 0 and 0 of somebody whose place it does not know
            case when latitude <> 0 or longitude <> 0 then latitude end as latitude,
            case when latitude <> 0 or longitude <> 0 then longitude end as longitude,
            merge_fields,
            interests,
            marketing_permissions,
            tags,
            last_changed,
            read_at,
            details_read_at
        from pulled_members
    )

select *
from members
