{# What this run does on one list, for all audiences that have their turn: each row of their
   deltas with the way that it goes to Mailchimp (`route`) or, in `outcome`, `reason_code` and
   `message`, why it does not go, as the first of the rules in loader/warehouse/rules/ says that
   is true (`rule`). Nothing is decided here but what several audiences of one contact do
   together. What was recorded like that by an earlier run is not `is_new`. `turn` says who
   comes first, and `depends_on_contact` that a row goes only when some audience had the contact
   accepted in this run. Of an audience that is held back nothing goes but withdrawals. #}
{% macro decide(
    drift,
    ledger,
    members,
    a_day_ago,
    a_week_ago,
    contact_operation,
    contact_outcome,
    contact_reason_code,
    contact_rule,
    email_changed,
    isolated_failure,
    list_id,
    membership_outcome,
    membership_reason_code,
    membership_rule,
    retry_rejected,
    three_days_ago,
    unwritten_but_there
) %}
create temporary table {{ anew("loader_plan") }} as
with

    facts as ({% include 'plan/facts.sql' %}),

    -- what each audience would do if it were alone with contacts that it can make or bring back
    can_make as (
        select *, false as is_made_by_another, false as made_status_is_maintained
        from facts
        where
            kind = 'contact'
            and not is_held_back
            and (
                action = 'change_address'
                or (action = 'upsert' and (status is null or is_resubscribable))
            )
    ),

    can_make_scored as (select *, {{ contact_rule }} as rule from can_make),

    -- who makes a contact, or brings it back; of several audiences one does
    makers as (
        select
            email_address,
            audience,
            case
                when is_resubscribable
                then 'subscribed'
                when action = 'change_address'
                then coalesce(status, 'subscribed')
                else status_if_new
            end as made_status,
            row_number() over (
                partition by email_address
                order by
                    case
                        when action = 'change_address'
                        then 0
                        when is_resubscribable
                        then 1
                        when contacts = 'create'
                        then 2
                        else 3
                    end,
                    audience
            ) as row_rank
        from can_make_scored
        where {{ contact_outcome }} is null
    ),

    made as (select email_address, audience, made_status from makers where row_rank = 1),

    contact_facts as (
        select
            facts.*,
            made.email_address is not null as is_made_by_another,
            coalesce(
                made.made_status in ('subscribed', facts.maintained_status), false
            ) as made_status_is_maintained
        from facts
        left join
            made
            on facts.email_address = made.email_address
            and facts.audience <> made.audience
            and facts.action = 'upsert'
        where facts.kind = 'contact'
    ),

    contacts_scored as (select *, {{ contact_rule }} as rule from contact_facts),

    contacts as (
        select
            *,
    {{ contact_outcome }} as outcome,
    {{ contact_reason_code }} as reason_code,
    {{ contact_operation }} as route,
            -- who is made anyway needs nobody to be there before
            is_made_by_another
            and (status is not null or contacts = 'update') as depends_on_contact
        from contacts_scored
    ),

    -- memberships and permissions, with what becomes of their contact
    beside_contacts as (
        select
            facts.*,
            contacts.email_address is not null and contacts.outcome is null as contact_is_sent,
            -- who is not written as a contact now gets nothing else either, but for those who only
            -- stay as they are because they were there before, or are as wanted already
            coalesce(
                contacts.outcome is not null
                and contacts.rule not in {{ unwritten_but_there }}
                and not (
                    facts.previous_email is null and (facts.is_removal or facts.is_opt_out)
                ),
                false
            ) as contact_is_stopped,
            made.email_address is not null as contact_is_made,
            made.made_status,
            coalesce(
                made.made_status in ('subscribed', facts.maintained_status), false
            ) as made_status_is_maintained
        from facts
        left join
            contacts
            on facts.audience = contacts.audience
            and facts.email_address = contacts.email_address
        left join made on facts.email_address = made.email_address
        where facts.kind <> 'contact'
    ),

    -- the tags that should be taken away: a segment is a tag, and others may have put somebody
    -- there
    taken as (
        select distinct lower(segment) as segment, current_email as email_address
        from beside_contacts
        where action = 'tag_remove'
    ),

    -- what each audience would give of them if it were alone
    can_give as (
        select beside_contacts.*, false as is_shared_with_other_audience
        from beside_contacts
        inner join
            taken
            on lower(beside_contacts.segment) = taken.segment
            and beside_contacts.current_email = taken.email_address
        where
            beside_contacts.action in ('segment_add', 'tag_add')
            and not beside_contacts.is_held_back
    ),

    can_give_scored as (select *, {{ membership_rule }} as rule from can_give),

    given as (
        select segment, email_address, min(giver) as one_giver, max(giver) as other_giver
        from
            (
                select
                    taken.segment,
                    taken.email_address,
                    ledger.kind || ' ' || ledger.audience as giver
                from {{ ledger }} as ledger
                inner join
                    taken
                    on lower(ledger.segment) = taken.segment
                    and ledger.email_address = taken.email_address
                where
                    ledger.list_id = {{ list_id }}
                    and ledger.kind in ('segment', 'tag')
                    and ledger.is_managed
                union all
                select lower(segment), current_email, kind || ' ' || audience
                from can_give_scored
                where {{ membership_outcome }} is null
            ) as givers
        group by segment, email_address
    ),

    membership_facts as (
        select
            beside_contacts.*,
            coalesce(
                given.one_giver <> beside_contacts.kind || ' ' || beside_contacts.audience
                or given.other_giver <> beside_contacts.kind || ' ' || beside_contacts.audience,
                false
            ) as is_shared_with_other_audience
        from beside_contacts
        left join
            given
            on lower(beside_contacts.segment) = given.segment
            and beside_contacts.current_email = given.email_address
    ),

    memberships_scored as (select *, {{ membership_rule }} as rule from membership_facts),

    memberships as (
        select
            *,
    {{ membership_outcome }} as outcome,
    {{ membership_reason_code }} as reason_code,
            action as route,
            case
                when previous_email is not null
                then contact_is_sent
                when status is not null and (is_removal or is_opt_out)
                then contact_is_made and not status_is_maintained and status = 'archived'
                else contact_is_sent or (contact_is_made and not status_is_maintained)
            end as depends_on_contact
        from memberships_scored
    ),

    decisions as (
        select
    {% include 'plan/decision.sql' %},
            delta_message,
            is_repeated,
            is_in_backoff,
            last_outcome,
            last_reason_code,
            last_message,
            last_mailchimp_code,
            case
                when outcome is null
                then row_number() over (
                    partition by email_address, leaves_list, outcome is null
                    order by
                        is_made_by_another,
                        case action when 'change_address' then 0 when 'withdraw' then 0 when 'unsubscribe' then 1 else 2 end,
                        audience
                )
                else 1
            end as turn
        from contacts
        where outcome is not null or action = 'withdraw' or not is_held_back
        union all
        select
    {% include 'plan/decision.sql' %},
            delta_message,
            is_repeated,
            is_in_backoff,
            last_outcome,
            last_reason_code,
            last_message,
            last_mailchimp_code,
            cast(1 as bigint) as turn
        from memberships
        where outcome <> 'left out' or (outcome is null and not is_held_back)
    )

select
    {% include 'plan/decision.sql' %},
    case
        when is_in_backoff then last_message when outcome = 'invalid' then delta_message
    end as message,
    case when is_in_backoff then last_mailchimp_code end as mailchimp_code,
    case outcome
        when 'accepted'
        then true
        when 'rejected'
        then not is_repeated or last_outcome is distinct from 'rejected'
        else
            outcome is null
            or not is_repeated
            or last_outcome is distinct from outcome
            or last_reason_code is distinct from reason_code
            or (outcome = 'invalid' and last_message is distinct from delta_message)
    end as is_new,
    turn
from decisions
{% endmacro %}
