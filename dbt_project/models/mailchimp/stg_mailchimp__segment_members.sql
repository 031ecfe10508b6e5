{{ config(enabled=var("mailchimp_models", false)) }}

with

    people as (select * from {{ source("dbt_mailchimp", "mailchimp_segment_members") }}),

    segments as (select * from {{ source("dbt_mailchimp", "mailchimp_segments") }}),

    segment_members as (
        select people.list_id, people.segment_id, segments.name as segment, people.email_address
        from people
        inner join
            segments
            on people.list_id = segments.list_id
            and people.segment_id = segments.segment_id
    )

select *
from segment_members
