{{
    config(
        materialized="table",
        enabled=var("mailchimp_models", false),
    )
}}
{%- set as_of = dbt_mailchimp.as_of_timestamp(var("as_of", none)) %}

with

    members as (select * from {{ ref("dbt_mailchimp", "stg_mailchimp__members") }}),

    events as (
        select *
        from {{ ref("dbt_mailchimp", "stg_mailchimp__events") }}
        where occurred_at <= {{ as_of }}
    ),

    counted as (
        select
            list_id,
            email_address,
            {%- for event in ["sent", "opened", "clicked"] %}
                max(case when event = '{{ event }}' then occurred_at end) as last_{{ event }}_at,
            {%- endfor %}
            {%- for days in [30, 90] %}
                {%- for name, event in [
                    ("sends", "sent"),
                    ("opens", "opened"),
                    ("clicks", "clicked"),
                ] %}
                    count(
                        case
                            when
                                event = '{{ event }}'
                                and occurred_at > {{ dbt.dateadd("day", -days, as_of) }}
                            then 1
                        end
                    ) as {{ name }}_{{ days }}_days,
                {%- endfor %}
            {%- endfor %}
            count(case when event = 'bounced' then 1 end) as bounces,
            count(case when event = 'bounced' and reason = 'hard' then 1 end) as hard_bounces,
            max(case when event = 'unsubscribed' then occurred_at end) as unsubscribed_at,
            max(case when event = 'complained' then occurred_at end) as complained_at
        from events
        group by list_id, email_address
    ),

    engagement as (
        select
            coalesce(members.list_id, counted.list_id) as list_id,
            coalesce(members.email_address, counted.email_address) as email_address,
            members.status,
            counted.last_sent_at,
            counted.last_opened_at,
            counted.last_clicked_at,
            {%- for days in [30, 90] %}
                {%- for name in ["sends", "opens", "clicks"] %}
                    coalesce(counted.{{ name }}_{{ days }}_days, 0) as {{ name }}_{{ days }}_days,
                {%- endfor %}
            {%- endfor %}
            coalesce(counted.bounces, 0) as bounces,
            coalesce(counted.hard_bounces, 0) as hard_bounces,
            counted.unsubscribed_at,
            counted.complained_at
        from members
        full outer join
            counted
            on members.list_id = counted.list_id
            and members.email_address = counted.email_address
    )

select *
from engagement
