{# What an audience gives up on one list, as a plan like that of a sync: memberships in a
   segment or tags that it does not name any more, and contacts when it does not write them.
   What another audience put there too stays, and whom one that may create contacts wants on the
   list, and a segment that one names. #}
{% macro retire(
    ledger,
    members,
    wanted,
    audience,
    keeps_contacts,
    keeps_tags,
    list_id,
    named_segments,
    on_leave,
    tagging
) %}
create temporary table {{ anew("loader_plan") }} as
with

    owed as (
        select *
        from {{ ledger }}
        where
            list_id = {{ list_id }}
            and audience = {{ audience }}
            and is_managed
            and (
                (kind = 'contact' and not {{ keeps_contacts }})
                or kind = 'segment'
                or (kind = 'tag' and not {{ keeps_tags }})
            )
    {%- for name in named_segments %} and lower(segment) <> {{ name }}
    {%- endfor %}
    ),

    members as (
        select email_address, status, last_changed from {{ members }} where list_id = {{ list_id }}
    ),

    shared as (
        select distinct lower(ledger.segment) as segment, ledger.email_address
        from {{ ledger }} as ledger
        where
            ledger.list_id = {{ list_id }}
            and ledger.kind in ('segment', 'tag')
            and ledger.is_managed
            and (
                ledger.audience <> {{ audience }}
                or (ledger.kind = 'tag' and {{ keeps_tags }})
            )
    {%- for history in tagging %}
            union
            select
                lower({{ each_text("tags") }}) as segment,
                email_address
            from {{ history }}
            where
                dbt_valid_to is null
                and marketing_consent
                and invalid_reason is null
                and tags is not null
    {%- endfor %}
        union
        select '' as segment, email_address
        from {{ wanted }}
        where list_id = {{ list_id }} and audience <> {{ audience }} and may_create
    ),

    given_up as (
        select
            owed.kind,
            owed.segment,
            owed.email_address,
            case owed.kind
                when 'contact'
                then {{ on_leave }}
                when 'segment'
                then 'segment_remove'
                else 'tag_remove'
            end as action,
            owed.action = 'archive' and owed.outcome = 'unknown' as is_unheard,
            members.status,
            members.last_changed
        from owed
        left join members on owed.email_address = members.email_address
        left join
            shared
            on lower(owed.segment) = shared.segment
            and owed.email_address = shared.email_address
        where
            shared.email_address is null
            and (owed.kind <> 'contact' or ({{ on_leave }} <> 'keep' and not owed.pre_existing))
    ),

    judged as (
        select
            given_up.*,
            status is null as is_gone,
            coalesce(kind = 'contact' and status not in ('subscribed', 'pending'), false) as has_left,
            -- nobody sees what an archived contact is in, and it comes back with that
            coalesce(kind <> 'contact' and status = 'archived', false) as is_hidden
        from given_up
    )

select
    {{ audience }} as audience,
    kind,
    segment,
    email_address,
    email_address as current_email,
    cast(null as varchar) as person_id,
    action,
    cast(null as varchar) as payload,
    cast(null as varchar) as payload_hash,
    cast(null as varchar) as marketing_permissions,
    status,
    kind = 'contact' as is_ours,
    false as depends_on_contact,
    last_changed,
    true as is_leave,
    case when action = 'archive' and status = 'pending' then 'unsubscribe' else action end as route,
    case when is_gone or has_left then 'accepted' when is_hidden then 'held' end as outcome,
    case
        when is_gone
        then 'already_gone'
        -- our own archive, whose answer was lost
        when has_left and action = 'archive' and status = 'archived' and is_unheard
        then null
        when has_left
        then 'already_' || status
        when is_hidden
        then 'archived'
    end as reason_code,
    cast(null as varchar) as message,
    cast(null as varchar) as mailchimp_code,
    true as is_new,
    cast(1 as bigint) as turn
from judged
{% endmacro %}
