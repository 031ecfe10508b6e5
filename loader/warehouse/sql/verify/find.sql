{#
    Where a list that was read whole differs from what one audience believes of it: a row a contact and
    difference. `is_manual_change` says that a person may have meant it, so that no sync undoes it.
#}
create or replace temporary table loader_found as
with

    members as (select * from {{ members }} where list_id = {{ list_id }}),

    ledger as (select * from {{ ledger }} where list_id = {{ list_id }} and audience = {{ audience }}),

    wanted as (
        select email_address
        from {{ wanted }}
        where list_id = {{ list_id }} and audience = {{ audience }}
    ),

    moved as (
        select email_address, actual
        from {{ drift }}
        where
            list_id = {{ list_id }}
            and audience = {{ audience }}
            and drift_type = 'email_changed'
            and email_address not in (select members.email_address from members)
            and (
                email_address in (select wanted.email_address from wanted)
                or email_address in (
                    select ledger.email_address
                    from ledger
                    where ledger.kind = 'contact' and ledger.is_managed
                )
            )
    ),

-- who is not wanted any more is on the way out, or nobody's
    believed as (
        select ledger.*, members.status, members.marketing_permissions
        from ledger
        left join members on ledger.email_address = members.email_address
        where
            ledger.is_managed
            and (ledger.confirmed_hash is not null or ledger.resend_reason <> 'drift')
            and ledger.email_address in (select wanted.email_address from wanted)
            and ledger.email_address not in (select moved.email_address from moved)
    ),

    told as (
        select audience, email_address, acked_at
        from {{ acks }}
        where
            list_id = {{ list_id }}
            and action in ('withdraw', 'unsubscribe', 'archive')
            and outcome = 'accepted'
            and reason_code is null
    ),

    inside as (
        select distinct {{ name_key("segments.name") }} as segment, people.segment_id, people.email_address
        from {{ segment_members }} as people
        inner join
{{ list_segments }} as segments
            on people.list_id = segments.list_id
            and people.segment_id = segments.segment_id
        where people.list_id = {{ list_id }} and segments.type = 'static'
    ),

    contacts as (
        select
            email_address,
            case when status is null then 'missing_contact' else 'status_changed' end as drift_type,
            case when status is not null then {{ kept_status }} end as expected,
            status as actual,
            status is not null as is_manual_change
        from believed
        where
            kind = 'contact'
            and (status is null or status not in ('subscribed', {{ kept_status }}))
            -- what is held for it is known
            and (outcome = 'held' and reason_code = status) is not true
            -- that an audience of the list told it to leave since then is no news
            and not exists (
                select 1
                from told
                where
                    told.email_address = believed.email_address
                    and told.acked_at >= believed.acked_at
            )
    ),

-- somebody who does not get mail now is in the segment as before, but for the archived and pending
    missing as (
        select believed.kind, believed.segment, believed.email_address
        from believed
        left join
            inside
            on lower(believed.segment) = inside.segment
            and believed.email_address = inside.email_address
        where
            believed.kind in ('segment', 'tag')
            and inside.email_address is null
            and coalesce(believed.status, '') not in ('archived', 'pending')
    ),

    strangers as (
        select inside.email_address
        from inside
        where
            inside.segment = lower({{ segment }})
            and inside.segment_id in (
                select segments.segment_id
                from {{ segments }} as segments
                where segments.list_id = {{ list_id }} and segments.is_managed
            )
            and inside.email_address not in (
                select ledger.email_address
                from ledger
                where ledger.kind = 'segment' and ledger.is_managed and lower(ledger.segment) = inside.segment
            )
            and inside.email_address not in (select wanted.email_address from wanted)
            and inside.email_address not in (select moved.actual from moved)
    ),

-- a tag that this audience took off, and that nobody gives
    given_back as (
        select ledger.segment, ledger.email_address
        from ledger
        inner join
            inside
            on lower(ledger.segment) = inside.segment
            and ledger.email_address = inside.email_address
        where
            ledger.kind = 'tag'
            and ledger.action = 'tag_remove'
            and ledger.outcome = 'accepted'
            and ledger.reason_code is null
            and not ledger.is_managed
            and not exists (
                select 1
                from {{ ledger }} as others
                where
                    others.list_id = {{ list_id }}
                    and others.kind in ('segment', 'tag')
                    and others.is_managed
                    and others.email_address = ledger.email_address
                    and lower(others.segment) = lower(ledger.segment)
            )
            and not exists (
                select 1
                from {{ delta }} as delta
                where
                    delta.list_id = {{ list_id }}
                    and delta.kind = 'tag'
                    and delta.email_address = ledger.email_address
                    and delta.segment = ledger.segment
            )
    ),

    permissions as (
        select
            believed.email_address,
            told.key as permission,
            cast(told.value as varchar) as expected,
            cast(shown.value as varchar) as actual
        from
            believed,
            json_each(believed.confirmed_permissions) as told,
            json_each(believed.marketing_permissions) as shown
        where
            believed.kind = 'permissions'
            and {{ name_key("told.key") }} = {{ name_key("shown.key") }}
    ),

    subscribed_again as (
        select ledger.email_address
        from ledger
        inner join members on ledger.email_address = members.email_address
        where
            ledger.kind = 'contact'
            and not ledger.is_managed
            and members.status = 'subscribed'
            and ledger.email_address in (
                select told.email_address from told where told.audience = {{ audience }}
            )
            and ledger.email_address not in (
                select anybody.email_address
                from {{ wanted }} as anybody
                where anybody.list_id = {{ list_id }}
            )
            and ledger.email_address not in (
                select others.email_address
                from {{ ledger }} as others
                where others.list_id = {{ list_id }} and others.kind = 'contact' and others.is_managed
            )
    )

select
    'contact' as kind,
    '' as segment,
    email_address,
    drift_type,
    cast(null as varchar) as field,
    expected,
    actual,
    is_manual_change
from contacts
union all
select 'contact', '', email_address, 'email_changed', null, email_address, actual, true
from moved
union all
select 'contact', '', email_address, 'value_changed', field, expected, actual, false
from loader_differences
union all
select kind, segment, email_address, 'missing_member', null, null, null, false
from missing
union all
select 'segment', {{ segment }}, email_address, 'unexpected_member', null, null, null, false
from strangers
union all
select 'tag', segment, email_address, 'unexpected_member', null, null, null, false
from given_back
union all
select 'permissions', '', email_address, 'permission_changed', permission, expected, actual, true
from permissions
where expected <> actual
union all
select
    'contact',
    '',
    email_address,
    'resubscribed',
    null,
    'not subscribed',
    'subscribed',
    true
from subscribed_again
