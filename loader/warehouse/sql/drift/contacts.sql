{# Find how contacts differ from what was confirmed, a statement for each kind of drift. #}
{# What is found where a list that was read whole differs from what one audience believes of it:
   nothing yet. A row is a contact and a difference. `is_manual_change` says that a person may
   have meant it, so that no sync undoes it. #}
{% macro nothing() %}
create temporary table {{ anew("drift_found") }} (
    kind varchar,
    segment varchar,
    email_address varchar,
    drift_type varchar,
    field varchar,
    expected varchar,
    actual varchar,
    is_manual_change boolean
)
{% endmacro %}

{# What an audience believes of people whom it wants on a list, beside how the list shows them.
   Who is not wanted any more is on the way out, or nobody's; of whose address was changed the
   list can show nothing under the old one. #}
{% macro believed(ledger, members, wanted, audience, email_changed, list_id) %}
create temporary table {{ anew("drift_believed") }} as
select
    ledger.kind,
    ledger.segment,
    ledger.email_address,
    ledger.confirmed_permissions,
    ledger.outcome,
    ledger.reason_code,
    ledger.acked_at,
    members.status,
    members.marketing_permissions
from {{ ledger }} as ledger
inner join
    (
        select distinct email_address
        from {{ wanted }}
        where list_id = {{ list_id }} and audience = {{ audience }}
    ) as wanted
    on ledger.email_address = wanted.email_address
left join
    {{ members }} as members
    on members.list_id = {{ list_id }}
    and ledger.email_address = members.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and ledger.is_managed
    and (ledger.confirmed_hash is not null or ledger.resend_reason <> 'drift')
    and not exists (
        select 1
        from drift_found as moved
        where
            moved.drift_type = {{ email_changed }} and moved.email_address = ledger.email_address
    )
{% endmacro %}

{# Who was told to leave a list, by which audience, and did. #}
{% macro told_to_leave(acks, list_id) %}
create temporary table {{ anew("drift_told_to_leave") }} as
select audience, email_address, acked_at
from {{ acks }}
where
    list_id = {{ list_id }}
    and action in ('withdraw', 'unsubscribe', 'archive')
    and outcome = 'accepted'
    and reason_code is null
{% endmacro %}

{# A contact that is wanted and was sent, and that the list does not show. That an audience of
   the list told it to leave since then is no news. #}
{% macro missing_contact(drift_type, is_manual_change) %}
insert into {{ filled("drift_found") }}
select 'contact', '', email_address, {{ drift_type }}, null, null, null, {{ is_manual_change }}
from drift_believed as believed
where
    kind = 'contact'
    and status is null
    and not exists (
        select 1
        from drift_told_to_leave as told
        where
            told.email_address = believed.email_address
            and told.acked_at >= believed.acked_at
    )
{% endmacro %}

{# A contact that the list shows with a status that the audience does not keep. What it is held
   for is known, and that an audience of the list told it to leave since then is no news. #}
{% macro status_changed(drift_type, is_manual_change, maintained_status) %}
insert into {{ filled("drift_found") }}
select
    'contact', '', email_address, {{ drift_type }}, null, {{ maintained_status }}, status, {{ is_manual_change }}
from drift_believed as believed
where
    kind = 'contact'
    and status not in ('subscribed', {{ maintained_status }})
    and (outcome = 'held' and reason_code = status) is not true
    and not exists (
        select 1
        from drift_told_to_leave as told
        where
            told.email_address = believed.email_address
            and told.acked_at >= believed.acked_at
    )
{% endmacro %}

{# Somebody whom this audience told to leave, whom no audience wants or has sent since, and who
   is subscribed. #}
{% macro resubscribed(ledger, members, wanted, audience, drift_type, is_manual_change, list_id) %}
insert into {{ filled("drift_found") }}
select
    'contact',
    '',
    ledger.email_address,
    {{ drift_type }},
    null,
    'not subscribed',
    'subscribed',
    {{ is_manual_change }}
from {{ ledger }} as ledger
inner join
    {{ members }} as members
    on ledger.list_id = members.list_id
    and ledger.email_address = members.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and ledger.kind = 'contact'
    and not ledger.is_managed
    and members.status = 'subscribed'
    and ledger.email_address in (
        select told.email_address from drift_told_to_leave as told where told.audience = {{ audience }}
    )
    and not exists (
        select 1
        from {{ wanted }} as anybody
        where anybody.list_id = {{ list_id }} and anybody.email_address = ledger.email_address
    )
    and not exists (
        select 1
        from {{ ledger }} as others
        where
            others.list_id = {{ list_id }}
            and others.kind = 'contact'
            and others.is_managed
            and others.email_address = ledger.email_address
    )
{% endmacro %}

{# A contact of the audience whose address somebody changed in Mailchimp, as a read of the list
   noted it, and whom the list does not show under the old one again. #}
{% macro email_changed(
    drift, ledger, members, wanted, audience, drift_type, is_manual_change, list_id
) %}
insert into {{ filled("drift_found") }}
select
    'contact', '', email_address, {{ drift_type }}, null, email_address, actual, {{ is_manual_change }}
from {{ drift }} as noted
where
    noted.list_id = {{ list_id }}
    and noted.audience = {{ audience }}
    and noted.drift_type = {{ drift_type }}
    and not exists (
        select 1
        from {{ members }} as members
        where members.list_id = {{ list_id }} and members.email_address = noted.email_address
    )
    and (
        noted.email_address in (
            select wanted.email_address
            from {{ wanted }} as wanted
            where wanted.list_id = {{ list_id }} and wanted.audience = {{ audience }}
        )
        or noted.email_address in (
            select ledger.email_address
            from {{ ledger }} as ledger
            where
                ledger.list_id = {{ list_id }}
                and ledger.audience = {{ audience }}
                and ledger.kind = 'contact'
                and ledger.is_managed
        )
    )
{% endmacro %}

{# A value of a contact that is not as it was confirmed, as payloads and the list were compared. #}
{% macro value_changed(drift_type, is_manual_change) %}
insert into {{ filled("drift_found") }}
select 'contact', '', email_address, {{ drift_type }}, field, expected, actual, {{ is_manual_change }}
from loader_differences
{% endmacro %}
