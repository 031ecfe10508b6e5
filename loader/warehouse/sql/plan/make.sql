{#
    What this run does for one audience and list: each row of the delta with the way that it goes to
    Mailchimp (`route`) or, in `outcome` and `reason`, why it does not go. What was recorded like that
    by an earlier run is not `is_news`.
#}
create or replace temporary table loader_plan as
with

    delta as (select * from {{ delta }} where list_id = {{ list_id }}),

    members as (
        select email_address, status, last_changed from {{ members }} where list_id = {{ list_id }}
    ),

    ours as (
        select distinct email_address
        from {{ ledger }}
        where list_id = {{ list_id }} and segment = '' and not existed
    ),

    known as (
        select
            delta.*,
            members.status,
            members.last_changed,
            ours.email_address is not null as is_ours,
            coalesce(members.status in ('subscribed', {{ kept_status }}), false) as is_kept,
            coalesce(
                delta.action = delta.last_action
                and delta.last_hash is not distinct from delta.payload_hash,
                false
            ) as is_repeated,
            coalesce(
{{ contacts }} in ('upsert', 'create')
                and members.status = 'archived'
                and members.last_changed <= delta.archived_at,
                false
            ) as is_revival
        from delta
        left join members on delta.email_address = members.email_address
        left join ours on delta.email_address = ours.email_address
    ),

    judged as (
        select
            known.*,
            is_repeated
            and last_outcome = 'rejected'
            and not {{ retry_rejected }}
            and not coalesce(
                (attempts = 1 and acked_at <= {{ a_day_ago }})
                or (attempts = 2 and acked_at <= {{ three_days_ago }})
                or (attempts = 3 and acked_at <= {{ a_week_ago }}),
                false
            ) as is_refused,
            is_repeated
            and last_outcome = 'unknown'
            and last_reason = {{ alone }}
            and attempts >= 3
            and not {{ retry_rejected }} as is_set_aside
        from known
    ),

    contacts as (
        select
            judged.*,
            case
                when outcome is not null
                then outcome || ':' || reason
                when is_refused
                then 'rejected:' || coalesce(last_reason, '')
                when is_set_aside
                then 'rejected:' || last_reason || ', in three runs'
                when action <> 'upsert' and status is null
                then 'accepted:not on the list'
                when
                    action = 'archive'
                    and status = 'archived'
                    and last_action = 'archive'
                    and last_outcome = 'unknown'
                then 'accepted:'  -- by us, in a run that did not hear the answer
                when action <> 'upsert' and status not in ('subscribed', 'pending')
                then 'accepted:already ' || status
                when action <> 'upsert'
                then null
                when status is null and {{ contacts }} = 'update'
                then 'held:not on the list yet'
                when status is null or is_revival
                then null
                when not is_kept
                then 'held:' || status
                when {{ contacts }} = 'create' and not (is_ours and sent and confirmed is null)
                then 'held:exists'
            end as verdict,
            false as follows_contact
        from judged
        where segment = ''
    ),

    memberships as (
        select
            judged.*,
            case
                when judged.outcome is not null
                then judged.outcome || ':' || judged.reason
                when judged.is_refused
                then 'rejected:' || coalesce(judged.last_reason, '')
                when judged.is_set_aside
                then 'rejected:' || judged.last_reason || ', in three runs'
                when judged.action = 'segment_remove' and judged.status is null
                then 'accepted:not on the list'
                when
                    judged.action = 'segment_remove'
                    or (contacts.email_address is not null and contacts.verdict is null)
                then null
                when judged.status is null
                then 'held:not on the list yet'
                when not judged.is_kept
                then 'held:' || judged.status
            end as verdict,
            judged.action = 'segment_add'
            and contacts.email_address is not null
            and contacts.verdict is null as follows_contact
        from judged
        left join contacts on judged.email_address = contacts.email_address
        where
            judged.segment <> ''
            -- who is not written as a contact now is not put into a segment either, but for those
            -- who only stay as they are because they were there before
            and (
                judged.action = 'segment_remove'
                or contacts.verdict is null
                or contacts.verdict = 'held:exists'
            )
    ),

    decided as (
        select *
        from contacts
        union all
        select *
        from memberships
    )

select
    segment,
    email_address,
    person_id,
    action,
    payload,
    payload_hash,
    status,
    is_ours,
    follows_contact,
    last_changed,
    -- who is still selected, and refuses, withdraws
    action in ('unsubscribe', 'archive', 'segment_remove') and decided.reason is null as is_leaving,
    case
        when action = 'upsert' and is_revival
        then 'revive'
        when action = 'upsert' and {{ contacts }} = 'create' and status is null
        then 'create'
        when action = 'archive' and status = 'pending'
        then 'unsubscribe'
        else action
    end as route,
    split_part(verdict, ':', 1) as outcome,
    nullif(split_part(verdict, ':', 2), '') as reason,
    case split_part(verdict, ':', 1)
        when 'accepted'
        then true
        when 'rejected'
        then is_set_aside
        else
            not is_repeated
            or coalesce(last_outcome || ':' || coalesce(last_reason, '') <> verdict, true)
    end as is_news
from decided
