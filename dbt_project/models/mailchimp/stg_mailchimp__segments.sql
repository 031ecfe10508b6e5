{{ config(enabled=var("mailchimp_models", false)) }}

with

    pulled_segments as (select * from {{ source("dbt_mailchimp", "mailchimp_segments") }}),

    segments as (
        select list_id, segment_id, name, type, member_count, created_at, updated_at, read_at
        from pulled_segments
    )

select *
from segments
