{{ config(enabled=var("mailchimp_models", false)) }}

with

    pulled_campaigns as (select * from {{ source("dbt_mailchimp", "mailchimp_campaigns") }}),

    campaigns as (
        select
            campaign_id,
            list_id,
            nullif(trim(title), '') as title,
            nullif(trim(subject_line), '') as subject_line,
            type,
            created_at,
            sent_at,
            emails_sent,
            report,
            events_read_at,
            read_at
        from pulled_campaigns
    )

select *
from campaigns
