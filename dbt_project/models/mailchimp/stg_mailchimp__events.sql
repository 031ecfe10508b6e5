{{ config(enabled=var("mailchimp_models", false)) }}

with

    pulled_events as (select * from {{ source("dbt_mailchimp", "mailchimp_events") }}),

    events as (
        select
            md5(
                {%- for name in [
                    "list_id",
                    "campaign_id",
                    "email_address",
                    "event",
                    "occurred_at",
                    "url",
                    "reason",
                    "ordinal",
                ] %}
                    coalesce(cast({{ name }} as varchar), '')
                    {%- if not loop.last %} || chr(31) || {% endif %}
                {%- endfor %}
            ) as event_id,
            list_id,
            campaign_id,
            email_address,
            event,
            occurred_at,
            url,
            reason,
            source
        from pulled_events
    )

select *
from events
