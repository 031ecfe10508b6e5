{# Find contacts whose address was changed in Mailchimp. #}
{# Note whose address was changed in Mailchimp: a contact of ours is shown under another
   address, and not under the one that we know (a contact keeps its `contact_id`). A change that
   a sync has told itself is not one. #}
{% macro detect_address_change(drift, ledger, members, list_id, now, pages) %}
insert into {{ drift }} (
    audience, list_id, kind, segment, email_address, drift_type, expected, actual, is_manual_change,
    found_at
)
select distinct
    ledger.audience,
    ledger.list_id,
    'contact' as kind,
    '' as segment,
    ledger.email_address,
    'email_changed' as drift_type,
    ledger.email_address as expected,
    pages.email_address as actual,
    true as is_manual_change,
    {{ now }} as found_at
from {{ ledger }} as ledger
inner join
    {{ members }} as members
    on ledger.list_id = members.list_id
    and ledger.email_address = members.email_address
inner join
    {{ pages }} as pages
    on members.contact_id = pages.contact_id
    and members.email_address <> pages.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.kind = 'contact'
    and ledger.is_managed
    and not exists (
        select 1 from {{ pages }} as shown where shown.email_address = ledger.email_address
    )
    and not exists (
        select 1
        from {{ ledger }} as told
        where
            told.list_id = ledger.list_id
            and told.kind = 'contact'
            and told.email_address = ledger.email_address
            and told.action = 'change_address'
            and told.outcome = 'unknown'
            and told.pending_email = pages.email_address
    )
    and not exists (
        select 1
        from {{ drift }} as known
        where
            known.list_id = ledger.list_id
            and known.audience = ledger.audience
            and known.email_address = ledger.email_address
            and known.drift_type = 'email_changed'
    )
{% endmacro %}

{# Somebody whose address was changed in Mailchimp changed it again. #}
{% macro extend_address_change(drift, members, list_id, pages) %}
update {{ drift }} as drift
set actual = pages.email_address
from {{ members }} as members, {{ pages }} as pages
where
    drift.list_id = {{ list_id }}
    and drift.drift_type = 'email_changed'
    and members.list_id = {{ list_id }}
    and drift.actual = members.email_address
    and members.contact_id = pages.contact_id
    and members.email_address <> pages.email_address
    and drift.email_address <> pages.email_address
    and not exists (
        select 1 from {{ pages }} as others where others.email_address = members.email_address
    )
{% endmacro %}

{# A contact that is shown under another address is not on the list under the one that was
   known. #}
{% macro delete_renamed(members, list_id, pages) %}
delete from {{ members }} as members
where
    members.list_id = {{ list_id }}
    and exists (
        select 1
        from {{ pages }} as pages
        where pages.contact_id = members.contact_id and pages.email_address <> members.email_address
    )
    and not exists (
        select 1 from {{ pages }} as shown where shown.email_address = members.email_address
    )
{% endmacro %}
