{# Find how members of segments, tags and permissions differ from what was confirmed. #}
{# Who is shown in which static segment of a list; a tag is one, too. #}
{% macro in_segments(list_segments, segment_members, list_id) %}
create temporary table {{ anew("drift_in_segments") }} as
select distinct {{ name_key("segments.name") }} as segment, people.segment_id, people.email_address
from {{ segment_members }} as people
inner join
    {{ list_segments }} as segments
    on people.list_id = segments.list_id
    and people.segment_id = segments.segment_id
where people.list_id = {{ list_id }} and segments.type = 'static'
{% endmacro %}

{# A contact in the segment of the audience that the loader made, whom this audience has not put
   there. #}
{% macro unexpected_member(
    ledger,
    segments,
    wanted,
    audience,
    drift_type,
    email_changed,
    is_manual_change,
    list_id,
    segment
) %}
insert into {{ filled("drift_found") }}
select
    'segment', {{ segment }}, inside.email_address, {{ drift_type }}, null, null, null, {{ is_manual_change }}
from drift_in_segments as inside
where
    inside.segment = lower({{ segment }})
    and inside.segment_id in (
        select segments.segment_id
        from {{ segments }} as segments
        where segments.list_id = {{ list_id }} and segments.is_managed
    )
    and not exists (
        select 1
        from {{ ledger }} as ledger
        where
            ledger.list_id = {{ list_id }}
            and ledger.audience = {{ audience }}
            and ledger.kind = 'segment'
            and ledger.is_managed
            and ledger.email_address = inside.email_address
            and lower(ledger.segment) = inside.segment
    )
    and not exists (
        select 1
        from {{ wanted }} as wanted
        where
            wanted.list_id = {{ list_id }}
            and wanted.audience = {{ audience }}
            and wanted.email_address = inside.email_address
    )
    -- who is ours under another address
    and not exists (
        select 1
        from drift_found as moved
        where moved.drift_type = {{ email_changed }} and moved.actual = inside.email_address
    )
{% endmacro %}

{# A contact that was put into a segment, or given a tag, and is not in it. Somebody who does
   not get mail now is in the segment as before, but for the archived and pending. #}
{% macro missing_member(drift_type, is_manual_change) %}
insert into {{ filled("drift_found") }}
select
    believed.kind,
    believed.segment,
    believed.email_address,
    {{ drift_type }},
    null,
    null,
    null,
    {{ is_manual_change }}
from drift_believed as believed
left join
    drift_in_segments as inside
    on lower(believed.segment) = inside.segment
    and believed.email_address = inside.email_address
where
    believed.kind in ('segment', 'tag')
    and inside.email_address is null
    and coalesce(believed.status, '') not in ('archived', 'pending')
{% endmacro %}

{# A contact with a tag that this audience took off, and that no audience gives. #}
{% macro unexpected_tag(ledger, audience, delta, drift_type, is_manual_change, list_id) %}
insert into {{ filled("drift_found") }}
select
    'tag',
    ledger.segment,
    ledger.email_address,
    {{ drift_type }},
    null,
    null,
    null,
    {{ is_manual_change }}
from {{ ledger }} as ledger
inner join
    drift_in_segments as inside
    on lower(ledger.segment) = inside.segment
    and ledger.email_address = inside.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and ledger.kind = 'tag'
    and ledger.action = 'tag_remove'
    and ledger.outcome = 'accepted'
    and ledger.reason_code is null
    and not ledger.is_managed
    and not exists (
        select 1
        from {{ ledger }} as others
        where
            others.list_id = {{ list_id }}
            and others.kind in ('segment', 'tag')
            and others.is_managed
            and others.email_address = ledger.email_address
            and lower(others.segment) = lower(ledger.segment)
    )
    and not exists (
        select 1
        from {{ delta }} as delta
        where
            delta.list_id = {{ list_id }}
            and delta.kind = 'tag'
            and delta.email_address = ledger.email_address
            and delta.segment = ledger.segment
    )
{% endmacro %}

{# A marketing permission that the list shows otherwise than it was given. #}
{% macro permission_changed(drift_type, is_manual_change) %}
insert into {{ filled("drift_found") }}
select
    'permissions', '', email_address, {{ drift_type }}, permission, expected, actual, {{ is_manual_change }}
from
    (
        select
            believed.email_address,
            told.key as permission,
            cast(told.value as varchar) as expected,
            cast(shown.value as varchar) as actual
        from
            drift_believed as believed,
            json_each(cast(believed.confirmed_permissions as json)) as told,
            json_each(cast(believed.marketing_permissions as json)) as shown
        where
            believed.kind = 'permissions'
            and {{ name_key("told.key") }} = {{ name_key("shown.key") }}
    ) as permissions
where expected <> actual
{% endmacro %}
