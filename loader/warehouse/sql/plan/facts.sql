{#
    What is true of each row that the audiences of a list owe it, before anything is decided: the row of
    the delta, what its audience may do, and one column a fact. `current_email` is the address under which
    the list has the contact, and `status` how it is there: NULL where it is not, and unsubscribed already
    where some audience withdraws a consent in this run, for that goes first. `plan/decide` includes it.
#}
with

    members as (
        select email_address, status, last_changed from {{ members }} where list_id = {{ list_id }}
    ),

    -- whose address was changed in Mailchimp: under the old one it would be a second contact
    found_elsewhere as (
        select email_address, max(actual) as found
        from {{ drift }} as drift
        where
            list_id = {{ list_id }}
            and drift_type = {{ email_changed }}
            and not exists (select 1 from members where members.email_address = drift.email_address)
        group by email_address
    ),

    moved as (
        select found_elsewhere.email_address, found_elsewhere.found, members.status
        from found_elsewhere
        left join members on found_elsewhere.found = members.email_address
    ),

    owed as (
        select
            delta.audience,
            delta.kind,
            delta.segment,
            delta.email_address as delta_email,
            delta.previous_email as delta_previous_email,
            delta.person_id,
            delta.is_wanted,
            delta.action,
            delta.payload,
            delta.payload_hash,
            delta.marketing_permissions,
            delta.outcome as outcome_in_delta,
            delta.reason_code as delta_reason_code,
            delta.message as delta_message,
            delta.is_managed,
            delta.confirmed_hash,
            delta.resend_reason,
            delta.last_action,
            delta.last_outcome,
            delta.last_reason_code,
            delta.last_message,
            delta.last_mailchimp_code,
            delta.last_hash,
            delta.attempts,
            delta.acked_at,
            rules.contacts,
            rules.maintained_status,
            rules.revives,
            rules.status_if_new,
            rules.is_held_back
        from loader_delta as delta
        inner join loader_rules as rules on delta.audience = rules.audience
    ),

    -- a withdrawal goes to where they are
    candidates as (
        select
            owed.*,
            delta_email as email_address,
            delta_previous_email as previous_email,
            coalesce(delta_previous_email, delta_email) as current_email
        from owed
        union all
        select owed.*, moved.found, cast(null as varchar), moved.found
        from owed
        inner join moved on owed.delta_email = moved.email_address
        left join
            owed as there on owed.audience = there.audience and moved.found = there.delta_email
        where
            owed.kind = 'contact'
            and owed.action = 'withdraw'
            and moved.status is not null
            and there.delta_email is null
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

    withdrawn as (
        select distinct current_email as email_address
        from candidates
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

    joined as (
        select
            candidates.*,
            candidates.action in ('withdraw', 'unsubscribe', 'archive') as leaves_list,
            members.status as status_now,
            members.status_then,
            members.last_changed,
            contacts_of_list.is_ours as is_known_as_ours,
            contacts_of_list.archived_at,
            holder.email_address as holder_email,
            moved.email_address as moved_email,
            moved.status as status_at_new_email,
            shown.email_address as shown_email,
            coalesce(
                candidates.action = candidates.last_action
                and candidates.last_hash is not distinct from candidates.payload_hash,
                false
            ) as is_repeated
        from candidates
        left join seen as members on candidates.current_email = members.email_address
        left join moved on candidates.current_email = moved.email_address
        left join contacts_of_list on candidates.current_email = contacts_of_list.email_address
        left join
            members as holder
            on candidates.email_address = holder.email_address
            and candidates.previous_email is not null
        left join
            loader_shown as shown
            on candidates.audience = shown.audience
            and candidates.email_address = shown.email_address
    )

select
    joined.*,
    case when leaves_list then status_now else status_then end as status,
    coalesce(is_known_as_ours, false) as is_ours,
    coalesce(status_then in ('subscribed', maintained_status), false) as status_is_maintained,
    action in ('segment_remove', 'tag_remove') as is_removal,
    -- what the guards count
    action in ('unsubscribe', 'archive', 'segment_remove', 'tag_remove')
    and not is_wanted as is_leave,
    -- what is switched off needs no consent, and no contact that gets mail
    action = 'permissions' and coalesce(payload not like '%"enabled":true%', false) as is_opt_out,
    previous_email is not null and holder_email is not null as email_is_taken,
    moved_email is not null as email_changed_remotely,
    kind = 'contact' and action = 'upsert' and shown_email is not null as is_already_applied,
    coalesce(
        revives
        and action = 'upsert'
        and status_now = 'archived'
        -- both are what Mailchimp says of the contact: no clock is compared with another
        and last_changed = archived_at,
        false
    ) as is_resubscribable,
    -- a killed run of an audience that only creates began with it
    coalesce(is_known_as_ours, false)
    and is_managed
    and coalesce(confirmed_hash, resend_reason) is null as is_half_created,
    is_repeated
    and last_outcome = 'rejected'
    and not {{ retry_rejected }}
    and not coalesce(
        (attempts = 1 and acked_at <= {{ a_day_ago }})
        or (attempts = 2 and acked_at <= {{ three_days_ago }})
        or (attempts = 3 and acked_at <= {{ a_week_ago }}),
        false
    ) as is_in_backoff,
    is_repeated
    and last_outcome = 'unknown'
    and last_reason_code = {{ isolated_failure }}
    and attempts >= 3
    and not {{ retry_rejected }} as is_dead_lettered
from joined
