{# What is recorded of the person in `loader_person`. #}
{# Every version of the person that an audience selected, the oldest first. #}
{% macro versions(histories) %}
    select
        audience,
        email_address,
        person_id,
        payload,
        tags,
        marketing_permissions,
        marketing_consent,
        invalid_reason,
        dropped_rows,
        dbt_valid_from,
        dbt_valid_to
    from
        (
            select
                cast(null as varchar) as audience,
                cast(null as varchar) as email_address,
                cast(null as varchar) as person_id,
                cast(null as varchar) as payload,
                cast(null as varchar) as tags,
                cast(null as varchar) as marketing_permissions,
                cast(null as boolean) as marketing_consent,
                cast(null as varchar) as invalid_reason,
                cast(null as bigint) as dropped_rows,
                cast(null as timestamp) as dbt_valid_from,
                cast(null as timestamp) as dbt_valid_to
            where 1 = 0
            {%- for one in histories %}
                union all
                select
                    {{ one.audience }},
                    history.email_address,
                    history.person_id,
                    history.payload,
                    history.tags,
                    history.marketing_permissions,
                    history.marketing_consent,
                    history.invalid_reason,
                    history.dropped_rows,
                    history.dbt_valid_from,
                    history.dbt_valid_to
                from {{ one.history }} as history
                inner join loader_person on history.email_address = loader_person.email_address
            {%- endfor %}
        ) as found
    order by audience, email_address, dbt_valid_from
{% endmacro %}

{# What the ledger has of the person. #}
{% macro ledger(ledger) %}
    select ledger.*
    from {{ ledger }} as ledger
    inner join loader_person on ledger.email_address = loader_person.email_address
    order by ledger.list_id, ledger.audience, ledger.kind, ledger.segment, ledger.email_address
{% endmacro %}

{# The latest answers about the person, the newest first. #}
{% macro answers(acks, most) %}
    select
        acks.acked_at,
        acks.run_id,
        acks.audience,
        acks.list_id,
        acks.segment,
        acks.email_address,
        acks.action,
        acks.outcome,
        acks.reason_code,
        acks.message,
        acks.mailchimp_code
    from {{ acks }} as acks
    inner join loader_person on acks.email_address = loader_person.email_address
    order by acks.acked_at desc, acks.audience, acks.list_id, acks.segment, acks.action
    limit {{ most }}
{% endmacro %}

{# When Mailchimp last accepted each thing of the person, and in which run. #}
{% macro accepted(acks) %}
    select audience, list_id, segment, email_address, action, acked_at, run_id
    from
        (
            select
                acks.*,
                row_number() over (
                    partition by
                        acks.audience, acks.list_id, acks.segment, acks.email_address, acks.action
                    order by acks.acked_at desc, acks.run_id
                ) as place
            from {{ acks }} as acks
            inner join loader_person on acks.email_address = loader_person.email_address
            where acks.outcome = 'accepted'
        ) as ranked
    where place = 1
    order by audience, list_id, segment, email_address, acked_at desc
{% endmacro %}

{# What Mailchimp last showed of the person: a row a list and address. #}
{% macro contacts(lists, members) %}
    select
        members.list_id,
        lists.name as list_name,
        members.email_address,
        members.status,
        members.last_changed,
        members.read_at,
        members.unsubscribe_reason,
        members.source,
        members.timestamp_signup,
        members.timestamp_opt,
        members.merge_fields,
        members.interests,
        members.marketing_permissions,
        members.tags,
        members.details_read_at
    from {{ members }} as members
    inner join loader_person on members.email_address = loader_person.email_address
    left join {{ lists }} as lists on members.list_id = lists.list_id
    order by members.list_id, members.email_address
{% endmacro %}

{# The segments and tags that a pull found the person in. #}
{% macro segments(list_segments, segment_members) %}
    select members.list_id, members.email_address, segments.name, segments.type, segments.read_at
    from {{ segment_members }} as members
    inner join loader_person on members.email_address = loader_person.email_address
    inner join
        {{ list_segments }} as segments
        on members.list_id = segments.list_id
        and members.segment_id = segments.segment_id
    order by members.list_id, members.email_address, segments.name
{% endmacro %}

{# What campaigns did to the person, in numbers: a row a list, address and event. #}
{% macro events(events) %}
    select
        events.list_id,
        events.email_address,
        events.event,
        count(*) as times,
        min(events.occurred_at) as first_at,
        max(events.occurred_at) as last_at
    from {{ events }} as events
    inner join loader_person on events.email_address = loader_person.email_address
    group by events.list_id, events.email_address, events.event
    order by events.list_id, events.email_address, max(events.occurred_at) desc, events.event
{% endmacro %}

{# Where Mailchimp was seen to differ from what was confirmed of the person. #}
{% macro differences(drift) %}
    select
        drift.audience,
        drift.list_id,
        drift.kind,
        drift.segment,
        drift.email_address,
        drift.drift_type,
        drift.field,
        drift.expected,
        drift.actual,
        drift.found_at,
        drift.healed_at
    from {{ drift }} as drift
    inner join loader_person on drift.email_address = loader_person.email_address
    order by drift.list_id, drift.audience, drift.email_address, drift.drift_type, drift.field
{% endmacro %}

{# Which audiences keep the person on which lists. #}
{% macro keeping(wanted) %}
    select wanted.audience, wanted.list_id, wanted.email_address
    from {{ wanted }} as wanted
    inner join loader_person on wanted.email_address = loader_person.email_address
    where wanted.may_create
    order by wanted.audience, wanted.list_id
{% endmacro %}

{# The last run of each audience and list. #}
{% macro last_runs(runs) %}
    select audience, list_id, run_id, command, started_at, finished_at, exit_code, message
    from
        (
            select
                runs.*,
                row_number() over (
                    partition by runs.audience, runs.list_id
                    order by runs.started_at desc, runs.run_id
                ) as place
            from {{ runs }} as runs
        ) as ranked
    where place = 1
{% endmacro %}

{# What a pull knows of each list. #}
{% macro lists(lists) %} select list_id, name, double_optin from {{ lists }} {% endmacro %}
