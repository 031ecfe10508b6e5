{#
    What this run does on one list, for all audiences that have their turn: each row of their deltas
    with the way that it goes to Mailchimp (`route`) or, in `outcome`, `reason_code` and `message`, why it does not go.
    What was recorded like that by an earlier run is not `is_news`. Several audiences may want something
    of one contact: `turn` says who comes first, and `follows_contact` that a row goes only when some
    audience had the contact accepted in this run. Of an audience that is held back nothing goes but
    withdrawals.
#}
create or replace temporary table loader_plan as
with

    members as (
        select email_address, status, last_changed from {{ members }} where list_id = {{ list_id }}
    ),

-- whose address was changed in Mailchimp: under the old one it would be a second contact
    found_elsewhere as (
        select email_address, max(actual) as found
        from {{ drift }}
        where
            list_id = {{ list_id }}
            and drift_type = 'email_changed'
            and email_address not in (select members.email_address from members)
        group by email_address
    ),

    moved as (
        select found_elsewhere.email_address, found_elsewhere.found, members.status
        from found_elsewhere
        left join members on found_elsewhere.found = members.email_address
    ),

    owed as (
        select
            loader_delta.*,
            rules.contacts,
            rules.kept_status,
            rules.revives,
            rules.status_if_new,
            rules.is_held_back
        from loader_delta
        inner join loader_rules as rules on loader_delta.audience = rules.audience
    ),

-- a withdrawal goes to where they are
    delta as (
        select *, coalesce(previous_email, email_address) as current_email
        from owed
        union all by name
        select
            owed.* exclude (email_address, previous_email),
            moved.found as email_address,
            moved.found as current_email
        from owed
        inner join moved on owed.email_address = moved.email_address
        left join
            owed as there
            on owed.audience = there.audience
            and moved.found = there.email_address
        where
            owed.kind = 'contact'
            and owed.action = 'withdraw'
            and moved.status is not null
            and there.email_address is null
    ),

    contacts_of_list as (
        select
            email_address,
            max(case when not pre_existing then 1 else 0 end) = 1 as is_ours,
            max(archived_at) as archived_at
        from {{ ledger }}
        where list_id = {{ list_id }} and kind = 'contact'
        group by email_address
    ),

-- withdrawals go first, whichever audience asks for them
    withdrawn as (
        select distinct current_email as email_address
        from delta
        where kind = 'contact' and action = 'withdraw'
    ),

    seen as (
        select
            members.email_address,
            members.status,
            members.last_changed,
            case
                when
                    withdrawn.email_address is not null
                    and members.status in ('subscribed', 'pending')
                then 'unsubscribed'
                else members.status
            end as status_then
        from members
        left join withdrawn on members.email_address = withdrawn.email_address
    ),

    known as (
        select
            delta.*,
            delta.action in ('withdraw', 'unsubscribe', 'archive') as is_leave,
            case
                when delta.action in ('withdraw', 'unsubscribe', 'archive')
                then members.status
                else members.status_then
            end as status,
            members.last_changed,
            coalesce(contacts_of_list.is_ours, false) as is_ours,
            coalesce(members.status_then in ('subscribed', delta.kept_status), false) as is_kept,
            coalesce(
                delta.action = delta.last_action
                and delta.last_hash is not distinct from delta.payload_hash,
                false
            ) as is_repeated,
            coalesce(
                delta.revives
                and members.status = 'archived'
                -- both are what Mailchimp says of the contact: no clock is compared with another
                and members.last_changed = contacts_of_list.archived_at,
                false
            ) as is_revival,
            delta.previous_email is not null and holder.email_address is not null as is_taken,
            moved.email_address is not null as is_moved,
            moved.status as status_there,
            delta.kind = 'contact'
            and delta.action = 'upsert'
            and shown.email_address is not null as is_shown,
            delta.action in ('segment_remove', 'tag_remove') as is_removal,
            -- what is switched off needs no consent, and no contact that gets mail
            delta.action = 'permissions'
            and coalesce(delta.payload not like '%"enabled":true%', false) as is_switched_off
        from delta
        left join seen as members on delta.current_email = members.email_address
        left join moved on delta.current_email = moved.email_address
        left join contacts_of_list on delta.current_email = contacts_of_list.email_address
        left join
            members as holder
            on delta.email_address = holder.email_address
            and delta.previous_email is not null
        left join
            loader_shown as shown
            on delta.audience = shown.audience
            and delta.email_address = shown.email_address
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
            and last_reason_code = {{ isolated_failure }}
            and attempts >= 3
            and not {{ retry_rejected }} as is_set_aside
        from known
    ),

    own_contacts as (
        select
            judged.*,
            case
                when outcome is not null
                then outcome || ':' || reason_code
                when is_taken
                then 'rejected:email_taken'
                when is_refused
                then 'rejected:' || coalesce(last_reason_code, '')
                when is_set_aside
                then 'rejected:dead_lettered'
                when
                    is_moved
                    and action = 'withdraw'
                    and status_there not in ('subscribed', 'pending')
                then 'accepted:email_changed'
                when is_moved
                then 'held:email_changed'
                when is_leave and status is null
                then 'accepted:already_gone'
                when is_leave and status not in ('subscribed', 'pending')
                then 'accepted:already_' || status
                when is_leave
                then null
                when status is null and contacts = 'update'
                then 'held:not_on_list'
                when status is null or is_revival
                then null
                when not is_kept
                then 'held:' || status
                when contacts = 'create' and not (is_ours and is_managed and coalesce(confirmed_hash, resend_reason) is null)
                then 'held:exists'
                when is_shown and not is_leave
                then 'accepted:' || {{ already_applied }}
            end as verdict
        from judged
        where kind = 'contact'
    ),

-- who makes a contact, or brings it back; of several audiences one does
    bringing as (
        select
            email_address,
            audience,
            case
                when is_revival
                then 'subscribed'
                when action = 'change_address'
                then coalesce(status, 'subscribed')
                else status_if_new
            end as status_then,
            row_number() over (
                partition by email_address
                order by
                    case
                        when action = 'change_address'
                        then 0
                        when is_revival
                        then 1
                        when contacts = 'create'
                        then 2
                        else 3
                    end,
                    audience
            ) as place
        from own_contacts
        where
            verdict is null
            and not is_held_back
            and (
                action = 'change_address' or (action = 'upsert' and (status is null or is_revival))
            )
    ),

    brought as (
        select email_address, audience, status_then
        from bringing
        where place = 1
    ),

    contacts as (
        select
            own_contacts.* exclude (verdict),
            case
                when brought.email_address is null
                then own_contacts.verdict
                when
                    own_contacts.verdict is not null
                    and own_contacts.verdict not in ('held:not_on_list', 'held:archived')
                then own_contacts.verdict
                -- not how they will be there: what makes them may be refused
                when brought.status_then not in ('subscribed', own_contacts.kept_status)
                then 'held:not_on_list'
                when own_contacts.contacts = 'create'
                then 'held:exists'
            end as verdict,
            brought.email_address is not null as is_brought,
            -- who is made anyway needs nobody to be there before
            brought.email_address is not null
            and (own_contacts.verdict is not null or own_contacts.is_revival) as follows_contact
        from own_contacts
        left join
            brought
            on own_contacts.email_address = brought.email_address
            and own_contacts.audience <> brought.audience
            and own_contacts.action = 'upsert'
    ),

-- memberships and permissions
    own_companions as (
        select
            judged.*,
            contacts.email_address is not null and contacts.verdict is null as is_with_contact,
            brought.email_address is not null and not judged.is_kept as is_brought,
            case
                when judged.outcome is not null
                then judged.outcome || ':' || judged.reason_code
                when judged.is_refused
                then 'rejected:' || coalesce(judged.last_reason_code, '')
                when judged.is_set_aside
                then 'rejected:dead_lettered'
                when judged.is_removal and judged.is_moved
                then 'held:email_changed'
                when judged.is_removal and judged.status is null
                then 'accepted:already_gone'
                -- nobody sees what an archived contact is in, and it comes back with that
                when
                    judged.is_removal
                    and judged.status = 'archived'
                    and brought.email_address is null
                then 'held:archived'
                when
                    judged.is_removal
                    or (contacts.email_address is not null and contacts.verdict is null)
                    or brought.status_then in ('subscribed', judged.kept_status)
                    or (judged.is_switched_off and judged.status is not null)
                then null
                when brought.email_address is not null
                then 'held:' || brought.status_then
                when judged.status is null
                then 'held:not_on_list'
                when not judged.is_kept
                then 'held:' || judged.status
            end as verdict
        from judged
        left join
            contacts
            on judged.audience = contacts.audience
            and judged.email_address = contacts.email_address
        left join brought on judged.email_address = brought.email_address
        where
            judged.kind <> 'contact'
            -- who is not written as a contact now gets nothing else either, but for those who only
            -- stay as they are because they were there before, or are as wanted already
            and (
                contacts.verdict is null
                or (
                    judged.previous_email is null and (judged.is_removal or judged.is_switched_off)
                )
                or contacts.verdict in ('held:exists', 'accepted:' || {{ already_applied }})
            )
    ),

-- a segment is a tag: who has put somebody there, or does so now
    given as (
        select segment, email_address, min(giver) as one_giver, max(giver) as other_giver
        from
            (
                select lower(segment) as segment, email_address, kind || ' ' || audience as giver
                from {{ ledger }}
                where list_id = {{ list_id }} and kind in ('segment', 'tag') and is_managed
                union all
                select lower(segment) as segment, current_email, kind || ' ' || audience as giver
                from own_companions
                where action in ('segment_add', 'tag_add') and verdict is null and not is_held_back
            ) as giving
        group by segment, email_address
    ),

    companions as (
        select
            own_companions.* exclude (verdict, is_with_contact),
            case
                when
                    own_companions.action = 'tag_remove'
                    and own_companions.verdict is null
                    and (
                        given.one_giver <> own_companions.kind || ' ' || own_companions.audience
                        or given.other_giver
                        <> own_companions.kind || ' ' || own_companions.audience
                    )
                then 'accepted:shared_membership'
                else own_companions.verdict
            end as verdict,
            case
                when own_companions.previous_email is not null
                then own_companions.is_with_contact
                when
                    own_companions.status is not null
                    and (own_companions.is_removal or own_companions.is_switched_off)
                then own_companions.is_brought and own_companions.status = 'archived'
                else own_companions.is_with_contact or own_companions.is_brought
            end as follows_contact
        from own_companions
        left join
            given
            on lower(own_companions.segment) = given.segment
            and own_companions.current_email = given.email_address
    ),

    decided as (
        select *
        from contacts
        union all by name
        select *
        from companions
    )

select
    audience,
    kind,
    segment,
    email_address,
    current_email,
    person_id,
    action,
    payload,
    payload_hash,
    marketing_permissions,
    status,
    is_ours,
    follows_contact,
    last_changed,
    action in ('unsubscribe', 'archive', 'segment_remove', 'tag_remove')
    and not is_wanted as is_leaving,
    case
        when action = 'upsert' and is_revival and not is_brought
        then 'revive'
        when action = 'upsert' and contacts = 'create' and status is null
        then 'create'
        when action = 'archive' and status = 'pending'
        then 'unsubscribe'
        else action
    end as route,
    split_part(verdict, ':', 1) as outcome,
    nullif(substr(verdict, strpos(verdict, ':') + 1), '') as reason_code,
    case
        when is_refused then last_message when split_part(verdict, ':', 1) = 'invalid' then message
    end as message,
    case when is_refused then last_mailchimp_code end as mailchimp_code,
    case split_part(verdict, ':', 1)
        when 'accepted'
        then true
        when 'rejected'
        then not is_repeated or last_outcome is distinct from 'rejected'
        else
            not is_repeated
            or coalesce(last_outcome || ':' || coalesce(last_reason_code, '') <> verdict, true)
            or (split_part(verdict, ':', 1) = 'invalid' and last_message is distinct from message)
    end as is_news,
    case
        when kind = 'contact' and verdict is null
        then row_number() over (
            partition by email_address, kind, is_leave, verdict
            order by
                is_brought,
                case action when 'change_address' then 0 when 'withdraw' then 0 when 'unsubscribe' then 1 else 2 end,
                audience
        )
        else 1
    end as turn
from decided
where verdict is not null or action = 'withdraw' or not is_held_back
