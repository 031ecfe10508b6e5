{# Mark what was confirmed as pending again, so that the next sync repairs it. #}
{# Contacts that are not as they were confirmed are owed again. Where a person decided, the next
   sync says so and holds them. #}
{% macro repair_contacts(drift, ledger, audience, list_id, to_send) %}
update {{ ledger }}
set confirmed_hash = null, resend_reason = 'drift'
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and kind = 'contact'
    and email_address in (
        select drift.email_address
        from {{ drift }} as drift
        where
            drift.list_id = {{ list_id }}
            and drift.audience = {{ audience }}
            and drift.healed_at is null
            and drift.drift_type in {{ to_send }}
    )
{% endmacro %}

{# Who is not in a segment or has not a tag that they were given, was not given it. #}
{% macro repair_missing_members(drift, ledger, audience, list_id, to_give_again) %}
update {{ ledger }} as ledger
set is_managed = false, confirmed_hash = null, resend_reason = null
from {{ drift }} as drift
where
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and drift.list_id = {{ list_id }}
    and drift.audience = {{ audience }}
    and drift.healed_at is null
    and drift.drift_type in {{ to_give_again }}
    and ledger.kind = drift.kind
    and ledger.segment = drift.segment
    and ledger.email_address = drift.email_address
{% endmacro %}

{# Who is made anew has none of the marketing permissions that they were given. #}
{% macro repair_permissions(drift, ledger, audience, list_id, missing_contact) %}
update {{ ledger }}
set confirmed_hash = null, confirmed_permissions = null, resend_reason = 'drift'
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and kind = 'permissions'
    and email_address in (
        select drift.email_address
        from {{ drift }} as drift
        where
            drift.list_id = {{ list_id }}
            and drift.audience = {{ audience }}
            and drift.healed_at is null
            and drift.drift_type = {{ missing_contact }}
    )
{% endmacro %}

{# Who is in a segment of ours, or has a tag that was taken off, is taken out by the next sync. #}
{% macro repair_unexpected_members(drift, ledger, audience, list_id, to_take_out) %}
merge into {{ ledger }} as ledger
using (
    select kind, segment, email_address
    from {{ drift }}
    where
        list_id = {{ list_id }}
        and audience = {{ audience }}
        and healed_at is null
        and drift_type in {{ to_take_out }}
) as strangers
on
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and ledger.kind = strangers.kind
    and ledger.segment = strangers.segment
    and ledger.email_address = strangers.email_address
when matched
then update set is_managed = true, confirmed_hash = null, resend_reason = 'drift'
when not matched
then
    insert (list_id, audience, kind, segment, email_address, is_managed, resend_reason, attempts)
    values (
    {{ list_id }},
    {{ audience }},
        strangers.kind,
        strangers.segment,
        strangers.email_address,
        true,
        'drift',
        0
    )
{% endmacro %}

{# What was found is known to the ledger. #}
{% macro mark_repaired(drift, audience, list_id, now) %}
update {{ drift }}
set healed_at = {{ now }}
where list_id = {{ list_id }} and audience = {{ audience }} and healed_at is null
{% endmacro %}
