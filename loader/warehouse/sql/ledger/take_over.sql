{# Hand a placement to the audience that names it now. #}
{# What one audience had put in a place that is another one's now is known under the name of
   that one; where it has a row of its own, that stays, with what the old one knows of the time
   before. #}
{% macro take_over(ledger, audience, kind, list_id, old_audience, old_segment, segment) %}
merge into {{ ledger }} as ledger
using (
    select *
    from {{ ledger }}
    where
        list_id = {{ list_id }}
        and audience = {{ old_audience }}
        and kind = {{ kind }}
        and ({{ old_segment }} is null or segment = {{ old_segment }})
) as old
on
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and ledger.kind = {{ kind }}
    and ledger.segment = coalesce({{ segment }}, old.segment)
    and ledger.email_address = old.email_address
when matched
then
    update
    set
        is_managed = coalesce(ledger.is_managed, false) or coalesce(old.is_managed, false),
        pre_existing = coalesce(old.pre_existing, ledger.pre_existing),
        archived_at = coalesce(ledger.archived_at, old.archived_at)
when not matched
then
    insert (
        list_id, audience, kind, segment, email_address, pre_existing, is_managed, claim_state, confirmed_hash,
        confirmed_permissions, resend_reason, action, payload_hash, outcome, reason_code, message,
        mailchimp_code, pending_email, attempts, archived_at, acked_at, run_id
    )
    values (
        old.list_id,
    {{ audience }},
        old.kind,
        coalesce({{ segment }}, old.segment),
        old.email_address,
        old.pre_existing,
        old.is_managed,
        old.claim_state,
        old.confirmed_hash,
        old.confirmed_permissions,
        old.resend_reason,
        old.action,
        old.payload_hash,
        old.outcome,
        old.reason_code,
        old.message,
        old.mailchimp_code,
        old.pending_email,
        old.attempts,
        old.archived_at,
        old.acked_at,
        old.run_id
    )
{% endmacro %}

{# What was taken over is none of the audience's any more that had it before. #}
{% macro taken_over(ledger, kind, list_id, old_audience, old_segment) %}
delete from {{ ledger }}
where
    list_id = {{ list_id }}
    and audience = {{ old_audience }}
    and kind = {{ kind }}
    and ({{ old_segment }} is null or segment = {{ old_segment }})
{% endmacro %}
