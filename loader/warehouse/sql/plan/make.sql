{#
    What this run does for one audience and list: each row of the delta with the way that it goes to
    Mailchimp (`route`) or, in `outcome` and `reason`, why it does not go. What was recorded like that
    by an earlier run is not `is_news`.
#}
create or replace temporary table loader_plan as
with

    members as (
        select email_address, status, last_changed from {{ members }} where list_id = {{ list_id }}
    ),

-- whose address was changed in Mailchimp: under the old one it would be a second contact
    found_elsewhere as (
        select email_address, max(found) as found
        from {{ drift }}
        where
            list_id = {{ list_id }}
            and drift = 'another address'
            and email_address not in (select members.email_address from members)
        group by email_address
    ),

    moved as (
        select found_elsewhere.email_address, found_elsewhere.found, members.status
        from found_elsewhere
        left join members on found_elsewhere.found = members.email_address
    ),

    owed as (
        select *
        from {{ delta }}
        where list_id = {{ list_id }}
        union all by name
        select *
        from loader_mirrored
    ),

-- a withdrawal goes to where they are
    delta as (
        select *, coalesce(old_address, email_address) as known_as
        from owed
        union all by name
        select
            owed.* exclude (email_address, old_address),
            moved.found as email_address,
            moved.found as known_as
        from owed
        inner join moved on owed.email_address = moved.email_address
        where
            owed.kind = 'contact'
            and owed.action = 'withdraw'
            and moved.status is not null
            and moved.found not in (select others.email_address from owed as others)
    ),

    contacts_of_list as (
        select
            email_address,
            max(case when not existed then 1 else 0 end) = 1 as is_ours,
            max(archived_at) as archived_at
        from {{ ledger }}
        where list_id = {{ list_id }} and kind = 'contact'
        group by email_address
    ),

    given_by_others as (
        select distinct lower(segment) as segment, email_address
        from {{ ledger }}
        where
            list_id = {{ list_id }}
            and kind in ('segment', 'tag')
            and sent
            and (audience <> {{ audience }} or kind = 'segment')
    ),

    known as (
        select
            delta.*,
            members.status,
            members.last_changed,
            coalesce(contacts_of_list.is_ours, false) as is_ours,
            coalesce(members.status in ('subscribed', {{ kept_status }}), false) as is_kept,
            coalesce(
                delta.action = delta.last_action
                and delta.last_hash is not distinct from delta.payload_hash,
                false
            ) as is_repeated,
            coalesce(
{{ revives }}
                and members.status = 'archived'
                and members.last_changed <= contacts_of_list.archived_at,
                false
            ) as is_revival,
            delta.old_address is not null and holder.email_address is not null as is_taken,
            moved.email_address is not null as is_moved,
            moved.status as status_there,
            given_by_others.email_address is not null as is_given_by_others,
            delta.kind = 'contact'
            and delta.action = 'upsert'
            and delta.email_address in (select payloads.email_address from loader_payloads as payloads)
            and delta.email_address not in (
                select differences.email_address from loader_differences as differences
            ) as is_shown,
            delta.action in ('withdraw', 'unsubscribe', 'archive') as is_leave,
            delta.action in ('segment_remove', 'tag_remove') as is_removal,
            -- what is switched off needs no consent, and no contact that gets mail
            delta.action = 'permissions'
            and coalesce(delta.payload not like '%"enabled":true%', false) as is_switched_off
        from delta
        left join members on delta.known_as = members.email_address
        left join moved on delta.known_as = moved.email_address
        left join contacts_of_list on delta.known_as = contacts_of_list.email_address
        left join
            members as holder
            on delta.email_address = holder.email_address
            and delta.old_address is not null
        left join
            given_by_others
            on delta.kind = 'tag'
            and delta.segment = given_by_others.segment
            and delta.known_as = given_by_others.email_address
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
                when is_taken
                then 'rejected:the new address is on the list already'
                when is_refused
                then 'rejected:' || coalesce(last_reason, '')
                when is_set_aside
                then 'rejected:' || last_reason || ', in three runs'
                when
                    is_moved
                    and action = 'withdraw'
                    and status_there not in ('subscribed', 'pending')
                then 'accepted:another address'
                when is_moved
                then 'held:another address'
                when is_leave and status is null
                then 'accepted:not on the list'
                when
                    action = 'archive'
                    and status = 'archived'
                    and last_action = 'archive'
                    and last_outcome = 'unknown'
                then 'accepted:'  -- by us, in a run that did not hear the answer
                when is_leave and status not in ('subscribed', 'pending')
                then 'accepted:already ' || status
                when is_leave
                then null
                when status is null and {{ contacts }} = 'update'
                then 'held:not on the list yet'
                when status is null or is_revival
                then null
                when not is_kept
                then 'held:' || status
                when {{ contacts }} = 'create' and not (is_ours and sent and confirmed is null)
                then 'held:exists'
                when is_shown and not is_leave
                then 'accepted:' || {{ shown }}
            end as verdict,
            false as follows_contact
        from judged
        where kind = 'contact'
    ),

-- memberships and permissions
    companions as (
        select
            judged.*,
            case
                when judged.outcome is not null
                then judged.outcome || ':' || judged.reason
                when judged.is_refused
                then 'rejected:' || coalesce(judged.last_reason, '')
                when judged.is_set_aside
                then 'rejected:' || judged.last_reason || ', in three runs'
                when judged.is_removal and judged.is_moved
                then 'held:another address'
                when judged.is_removal and judged.status is null
                then 'accepted:not on the list'
                when judged.is_removal and judged.is_given_by_others
                then 'accepted:given by another audience'
                when
                    judged.is_removal
                    or (contacts.email_address is not null and contacts.verdict is null)
                    or (judged.is_switched_off and judged.status is not null)
                then null
                when judged.status is null
                then 'held:not on the list yet'
                when not judged.is_kept
                then 'held:' || judged.status
            end as verdict,
            (
                not (judged.is_removal or judged.is_switched_off) or judged.old_address is not null
            )
            and contacts.email_address is not null
            and contacts.verdict is null as follows_contact
        from judged
        left join contacts on judged.email_address = contacts.email_address
        where
            judged.kind <> 'contact'
            -- who is not written as a contact now gets nothing else either, but for those who only
            -- stay as they are because they were there before, or are as wanted already
            and (
                contacts.verdict is null
                or (
                    judged.old_address is null and (judged.is_removal or judged.is_switched_off)
                )
                or contacts.verdict in ('held:exists', 'accepted:' || {{ shown }})
            )
    ),

    decided as (
        select *
        from contacts
        union all
        select *
        from companions
    )

select
    kind,
    segment,
    email_address,
    known_as,
    person_id,
    action,
    payload,
    payload_hash,
    status,
    is_ours,
    follows_contact,
    last_changed,
    action in ('unsubscribe', 'archive', 'segment_remove', 'tag_remove')
    and not is_wanted as is_leaving,
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
    nullif(substr(verdict, strpos(verdict, ':') + 1), '') as reason,
    case split_part(verdict, ':', 1)
        when 'accepted'
        then true
        when 'rejected'
        then not is_repeated or last_outcome is distinct from 'rejected'
        else
            not is_repeated
            or coalesce(last_outcome || ':' || coalesce(last_reason, '') <> verdict, true)
    end as is_news
from decided
