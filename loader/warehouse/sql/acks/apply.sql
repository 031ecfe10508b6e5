{# Apply the acknowledgements of a run to the ledger. #}
{# Bring the ledger up to date with the acknowledgements of one run and list: a run acknowledges
   a row of its plan once. Each kind goes by itself, which takes less memory. #}
{% macro apply(acks, ledger, kind, list_id, run_id) %}
merge into {{ ledger }} as ledger
using (
    select
        *,
        outcome = 'accepted'
        and action in (
            'upsert', 'revive', 'change_address', 'segment_add', 'tag_add', 'permissions'
        ) as is_given
    from {{ acks }}
    where
        run_id = {{ run_id }}
        and list_id = {{ list_id }}
        and case
            when action in ('segment_add', 'segment_remove')
            then 'segment'
            when action in ('tag_add', 'tag_remove')
            then 'tag'
            when action = 'permissions'
            then 'permissions'
            else 'contact'
        end
        = {{ kind }}
) as acks
on
    ledger.list_id = acks.list_id
    and ledger.audience = acks.audience
    and ledger.kind = {{ kind }}
    and ledger.segment = acks.segment
    and ledger.email_address = acks.email_address
when matched
then
    update
    set
        is_managed = case
            when
                acks.outcome = 'accepted'
                and acks.action
                in ('withdraw', 'unsubscribe', 'archive', 'segment_remove', 'tag_remove')
            then false
            else ledger.is_managed
        end,
        confirmed_hash = case
            when acks.outcome <> 'accepted'
            then ledger.confirmed_hash
            when acks.is_given
            then acks.payload_hash
        end,
        confirmed_permissions = case
            when acks.outcome <> 'accepted'
            then ledger.confirmed_permissions
            when acks.is_given
            then acks.marketing_permissions
        end,
        resend_reason = case when acks.outcome <> 'accepted' then ledger.resend_reason end,
        claim_state = null,
        archived_at = case
            when acks.outcome <> 'accepted'
            then ledger.archived_at
            when acks.action = 'archive' and acks.reason_code is null
            then acks.acked_at
        end,
        attempts = case
            when
                ledger.outcome = acks.outcome
                and ledger.action = acks.action
                and ledger.payload_hash is not distinct from acks.payload_hash
                -- of the unknown, runs that were alone with a contact count by themselves
                and (acks.outcome <> 'unknown' or ledger.reason_code = acks.reason_code)
            then ledger.attempts + 1
            else 1
        end,
        action = acks.action,
        payload_hash = acks.payload_hash,
        outcome = acks.outcome,
        reason_code = acks.reason_code,
        message = acks.message,
        mailchimp_code = acks.mailchimp_code,
        pending_email = null,
        acked_at = acks.acked_at,
        run_id = acks.run_id
when not matched
then
    insert (
        list_id, audience, kind, segment, email_address, is_managed, confirmed_hash,
        confirmed_permissions, action, payload_hash, outcome, reason_code,
        message, mailchimp_code, attempts, acked_at, run_id
    )
    values (
        acks.list_id,
        acks.audience,
    {{ kind }},
        acks.segment,
        acks.email_address,
        acks.is_given,
        case when acks.is_given then acks.payload_hash end,
        case when acks.is_given then acks.marketing_permissions end,
        acks.action,
        acks.payload_hash,
        acks.outcome,
        acks.reason_code,
        acks.message,
        acks.mailchimp_code,
        1,
        acks.acked_at,
        acks.run_id
    )
{% endmacro %}

{# Whether one run has claimed or been answered anything of a list. #}
{% macro is_any(acks, ledger, list_id, run_id) %}
select
    exists (select 1 from {{ acks }} where run_id = {{ run_id }} and list_id = {{ list_id }})
    or exists (
        select 1 from {{ ledger }} where run_id = {{ run_id }} and list_id = {{ list_id }}
    ) as is_touched
{% endmacro %}

{# What was acknowledged in one run, of one list: each action once. #}
{% macro actions(acks, list_id, run_id) %}
select distinct action from {{ acks }} where run_id = {{ run_id }} and list_id = {{ list_id }}
{% endmacro %}
