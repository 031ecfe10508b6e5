{#
    Before the first write: who is about to be sent, and whether the list showed them already. After
    a crash this is what tells a contact of ours from somebody else's, and whom we archived. What the
    claim changes is noted in `claimed`, so that a run that ends in order can give it back. Whom the
    list shows as wanted already is claimed by itself, for that is acknowledged without a write.
#}
merge into {{ ledger }} as ledger
using (
    select
        audience,
        kind,
        segment,
        email_address,
        coalesce(status is not null and not is_ours, false) as existed,
        route = 'archive' as is_archive
    from loader_plan
    where
        case
            when {{ is_sent }}
            then
                outcome is null
                and audience not in (select rules.audience from loader_rules as rules where is_held_back)
                and route in (
                    'upsert', 'create', 'revive', 'segment_add', 'tag_add', 'permissions', 'archive'
                )
            else outcome = 'accepted' and reason = {{ shown }}
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
        sent = true,
        existed = coalesce(ledger.existed, claimed.existed),
        claimed = case
            when coalesce(ledger.sent, false)
            then null
            when ledger.existed is null
            then 'sent and existed'
            else 'sent'
        end,
        action = case when claimed.is_archive then 'archive' else ledger.action end,
        outcome = case when claimed.is_archive then 'unknown' else ledger.outcome end,
        reason = case when claimed.is_archive then {{ on_its_way }} else ledger.reason end,
        run_id = {{ run_id }}
when not matched
then
    insert (
        list_id, audience, kind, segment, email_address, existed, sent, claimed, action, outcome,
        reason, attempts, run_id
    )
    values (
{{ list_id }},
        claimed.audience,
        claimed.kind,
        claimed.segment,
        claimed.email_address,
        claimed.existed,
        true,
        'sent and existed',
        case when claimed.is_archive then 'archive' end,
        case when claimed.is_archive then 'unknown' end,
        case when claimed.is_archive then {{ on_its_way }} end,
        0,
{{ run_id }}
    )
