{# Claim what is to be sent, and record what is skipped. #}
{# Before the first write: who is about to be sent, and whether the list showed them already.
   After a crash this is what tells a contact of ours from somebody else's, and whom we
   archived. What the claim changes is noted in `claim_state`, so that a run that ends in order
   can give it back. Whom the list shows as wanted already is claimed by itself, for that is
   acknowledged without a write. #}
{% macro claim(ledger, already_applied, in_flight, is_sent, list_id, run_id) %}
merge into {{ ledger }} as ledger
using (
    select
        audience,
        kind,
        segment,
        email_address,
        coalesce(status is not null and not is_ours, false) as pre_existing,
        route = 'archive' as is_archive
    from loader_plan as planned
    where
        case
            when {{ is_sent }}
            then
                outcome is null
                and not exists (
                    select 1
                    from loader_rules as rules
                    where rules.is_held_back and rules.audience = planned.audience
                )
                and route in (
                    'upsert', 'create', 'revive', 'segment_add', 'tag_add', 'permissions', 'archive'
                )
            else outcome = 'accepted' and reason_code = {{ already_applied }}
        end
) as claimed
on
    ledger.list_id = {{ list_id }}
    and ledger.audience = claimed.audience
    and ledger.kind = claimed.kind
    and ledger.segment = claimed.segment
    and ledger.email_address = claimed.email_address
when matched
then
    update
    set
        is_managed = true,
        pre_existing = coalesce(ledger.pre_existing, claimed.pre_existing),
        claim_state = case
            when coalesce(ledger.is_managed, false)
            then null
            when ledger.pre_existing is null
            then 'first_claim'
            else 'reclaim'
        end,
        action = case when claimed.is_archive then 'archive' else ledger.action end,
        outcome = case when claimed.is_archive then 'unknown' else ledger.outcome end,
        reason_code = case
            when claimed.is_archive then {{ in_flight }} else ledger.reason_code
        end,
        run_id = {{ run_id }}
when not matched
then
    insert (
        list_id, audience, kind, segment, email_address, pre_existing, is_managed, claim_state, action,
        outcome, reason_code, attempts, run_id
    )
    values (
    {{ list_id }},
        claimed.audience,
        claimed.kind,
        claimed.segment,
        claimed.email_address,
        claimed.pre_existing,
        true,
        'first_claim',
        case when claimed.is_archive then 'archive' end,
        case when claimed.is_archive then 'unknown' end,
        case when claimed.is_archive then {{ in_flight }} end,
        0,
    {{ run_id }}
    )
{% endmacro %}

{# Before the first write: whose address is about to change, and to what. After a crash this is
   what tells that the contact with the new address is the one that we know. #}
{% macro claim_changes(ledger, in_flight, list_id, run_id) %}
update {{ ledger }} as ledger
set
    action = 'change_address',
    outcome = 'unknown',
    reason_code = {{ in_flight }},
    message = null,
    mailchimp_code = null,
    pending_email = changes.email_address,
    run_id = {{ run_id }}
from loader_plan as changes
where
    changes.outcome is null
    and not exists (
        select 1
        from loader_rules as rules
        where rules.is_held_back and rules.audience = changes.audience
    )
    and changes.route = 'change_address'
    and ledger.list_id = {{ list_id }}
    and ledger.audience = changes.audience
    and ledger.kind = 'contact'
    and ledger.email_address = changes.current_email
{% endmacro %}

{# Record the rows of the plan that do not go to Mailchimp, where that is news. #}
{% macro record_skipped(acks, list_id, now, run_id) %}
insert into {{ acks }}
select
    {{ run_id }} as run_id,
    audience,
    {{ list_id }} as list_id,
    segment,
    email_address,
    person_id,
    case when outcome = 'accepted' then route else action end as action,
    payload_hash,
    marketing_permissions,
    outcome,
    reason_code,
    message,
    mailchimp_code,
    {{ now }} as acked_at
from loader_plan
where outcome is not null and is_new
{% endmacro %}
