{{ config(enabled=var("mailchimp_models", false)) }}

with

    pulled_fields as (select * from {{ source("dbt_mailchimp", "mailchimp_merge_fields") }}),

    merge_fields as (
        select
            list_id,
            tag,
            merge_id,
            name,
            type,
            required as is_required,
            nullif(default_value, '') as default_value,
            choices,
            read_at
        from pulled_fields
    )

select *
from merge_fields
