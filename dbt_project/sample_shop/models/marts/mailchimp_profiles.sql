with

    members as (select * from {{ ref("stg_mailchimp__members") }}),

    engagement as (select * from {{ ref("mailchimp_contact_engagement") }}),

    contacts as (
        select
            members.list_id,
            members.email_address,
            {{ dbt_mailchimp.json_value("members.merge_fields", ["FNAME"]) }} as first_name,
            members.member_rating,
            cast(null as varchar) as topics,
            engagement.opens_90_days as opens
        from members
        left join
            engagement
            on members.list_id = engagement.list_id
            and members.email_address = engagement.email_address
    ),

    -- a row of its own each, so that nothing else of the contact is counted twice
    tags as (
        select
            list_id,
            email_address,
            cast(null as varchar) as first_name,
            cast(null as bigint) as member_rating,
            segment as topics,
            cast(null as bigint) as opens
        from {{ ref("stg_mailchimp__segment_members") }}
    ),

    profiles as (
        select *
        from contacts
        union all
        select *
        from tags
    )

select *
from profiles
