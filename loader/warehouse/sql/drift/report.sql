{# Save, count and show differences. #}
{# What a list was confirmed to hold of each contact that an audience wants and that it keeps up
   to date: the payload that was sent, also when another one is wanted by now. An audience that
   only creates gives its values once, and they are nobody's after that. #}
{% macro confirmed_payloads(
    ledger, members, wanted, audience, contacts, history, maintained_status, list_id
) %}
create temporary table {{ anew("loader_payloads") }} as
select ledger.email_address, min(history.payload) as payload
from {{ ledger }} as ledger
inner join
    {{ history }} as history
    on ledger.email_address = history.email_address
    and ledger.confirmed_hash = history.payload_hash
inner join {{ members }} as members on ledger.email_address = members.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and ledger.kind = 'contact'
    and ledger.is_managed
    and ledger.email_address in (
        select wanted.email_address
        from {{ wanted }} as wanted
        where wanted.list_id = {{ list_id }} and wanted.audience = {{ audience }}
    )
    and members.list_id = {{ list_id }}
    and members.status in ('subscribed', {{ maintained_status }})
    and {{ contacts }} <> 'create'
group by ledger.email_address
{% endmacro %}

{# How many contacts of an audience and list have each kind of drift, by the latest verify. #}
{% macro counts(drift, audience, list_id) %}
select kind, segment, drift_type, field, is_manual_change, count(*) as contacts
from {{ drift }}
where list_id = {{ list_id }} and audience = {{ audience }} and healed_at is null
group by kind, segment, drift_type, field, is_manual_change
order by kind, segment, drift_type, field
{% endmacro %}

{# Some people of each kind of drift of an audience and list. #}
{% macro sample(drift, audience, list_id, most) %}
select kind, segment, drift_type, field, is_manual_change, email_address, expected, actual
from
    (
        select
            *,
            row_number() over (
                partition by kind, segment, drift_type, field order by email_address
            ) as place
        from {{ drift }}
        where list_id = {{ list_id }} and audience = {{ audience }} and healed_at is null
    ) as placed
where place <= {{ most }}
order by kind, segment, drift_type, field, email_address
{% endmacro %}

{# Keep what was found, but for what a person decided and that is noted already. #}
{% macro save(drift, audience, list_id, now) %}
insert into {{ drift }} (
    audience, list_id, kind, segment, email_address, drift_type, field, expected, actual,
    is_manual_change, found_at
)
select
    {{ audience }},
    {{ list_id }},
    found.kind,
    found.segment,
    found.email_address,
    found.drift_type,
    found.field,
    found.expected,
    found.actual,
    found.is_manual_change,
    {{ now }}
from drift_found as found
where
    not exists (
        select 1
        from {{ drift }} as known
        where
            known.list_id = {{ list_id }}
            and known.audience = {{ audience }}
            and known.kind = found.kind
            and known.email_address = found.email_address
            and known.drift_type = found.drift_type
            and known.field is not distinct from found.field
            and known.segment = found.segment
    )
{% endmacro %}

{# What was found before gives way, but for what a person decided, that is noted already and is
   still so. #}
{% macro clear(drift, audience, list_id) %}
delete from {{ drift }} as known
where
    known.list_id = {{ list_id }}
    and known.audience = {{ audience }}
    and not (
        known.is_manual_change
        and known.healed_at is not null
        and exists (
            select 1
            from drift_found as found
            where
                found.kind = known.kind
                and found.email_address = known.email_address
                and found.drift_type = known.drift_type
                and found.field is not distinct from known.field
                and found.actual is not distinct from known.actual
        )
    )
{% endmacro %}
