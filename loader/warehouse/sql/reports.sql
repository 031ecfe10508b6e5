{# What people ask the warehouse about audiences and runs. #}
{# One audience and list in numbers: wanted now, ever sent, not arrived, and the last run. #}
{% macro audience(acks, runs, audience, delta, history, list_id) %}
    with

        last_run as (
            select finished_at, exit_code
            from {{ runs }}
            where audience = {{ audience }} and list_id = {{ list_id }}
            order by started_at desc
            limit 1
        ),

        sent as (
            select count(distinct coalesce('person ' || person_id, email_address)) as people
            from {{ acks }}
            where
                audience = {{ audience }}
                and list_id = {{ list_id }}
                and outcome = 'accepted'
                and action
                in ('upsert', 'revive', 'change_address', 'segment_add', 'tag_add', 'permissions')
        ),

        owed as (
            select
                sum(case when last_outcome = 'held' then 1 else 0 end) as held,
                sum(case when last_outcome = 'rejected' then 1 else 0 end) as rejected,
                sum(case when last_outcome = 'invalid' then 1 else 0 end) as invalid
            from {{ delta }}
            where list_id = {{ list_id }}
        ),

        wanted as (
            select
                sum(
                    case when marketing_consent and invalid_reason is null then 1 else 0 end
                ) as contacts,
                sum(dropped_rows) as dropped_rows
            from {{ history }}
            where dbt_valid_to is null
        )

    select
        cast(coalesce(wanted.contacts, 0) as bigint) as contacts,
        cast(coalesce(wanted.dropped_rows, 0) as bigint) as dropped_rows,
        sent.people as ever_sent,
        cast(coalesce(owed.held, 0) as bigint) as held,
        cast(coalesce(owed.rejected, 0) as bigint) as rejected,
        cast(coalesce(owed.invalid, 0) as bigint) as invalid,
        last_run.finished_at as last_run,
        last_run.exit_code
    from wanted
    cross join sent
    cross join owed
    left join last_run on 1 = 1
{% endmacro %}

{# How many people an audience wants, with consent and a usable address, and how many rows of
   its model were dropped, because another row had their address. #}
{% macro wanted(history) %}
    select
        cast(
            sum(case when marketing_consent and invalid_reason is null then 1 else 0 end) as bigint
        ) as people,
        cast(coalesce(sum(dropped_rows), 0) as bigint) as dropped_rows
    from {{ history }}
    where dbt_valid_to is null
{% endmacro %}

{# The rows of one audience that did not arrive, and why: what the delta still owes. #}
{% macro rejections(delta) %}
    select
        audience,
        list_id,
        segment,
        email_address,
        person_id,
        action,
        last_outcome as outcome,
        last_reason_code as reason_code,
        last_message as message,
        last_mailchimp_code as mailchimp_code,
        attempts,
        acked_at
    from {{ delta }}
    where
        last_outcome in ('held', 'rejected', 'invalid', 'unknown')
        and (last_action = action or last_action = 'change_address')
    order by audience, list_id, outcome, email_address, segment
{% endmacro %}

{# The latest runs, audience by audience. #}
{% macro runs(runs, limit) %}
    select
        run_id,
        audience,
        list_id,
        started_at,
        finished_at,
        accepted,
        held,
        rejected,
        invalid,
        unknown,
        requests,
        writes,
        retries,
        max_in_flight,
        exit_code,
        message,
        command,
        options,
        version
    from {{ runs }}
    order by started_at desc, audience
    limit {{ limit }}
{% endmacro %}
