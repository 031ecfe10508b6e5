{#
    Whom the lines name: every address and person_id that leads from one to the next, through who had an
    address last, and through changes of address. An id that is shared leads on only when it was given.
#}
create or replace temporary table loader_erased as
with recursive

    moves as (
        select cast(null as varchar) as one, cast(null as varchar) as other
        where 1 = 0
{%- for place in ledgers %}
        union all
        select email_address, pending_email
        from {{ place.table }}
        where action = 'change_address' and outcome = 'unknown' and reason_code = {{ in_flight }}
{%- endfor %}
{%- for place in drifts %}
        union all
        select email_address, actual
        from {{ place.table }}
        where drift_type = 'email_changed' and actual is not null
{%- endfor %}
    ),

    ways as (
        select
            'address' as kind,
            '' as scope,
            email_address as value,
            'person' as next_kind,
            scope as next_scope,
            person_id as next_value
        from loader_holders
        where is_latest and not is_shared
        union all
        select 'person', scope, person_id, 'address', '', email_address
        from loader_holders
        where is_latest
        union all
        select 'address', '', one, 'address', '', other
        from moves
        union all
        select 'address', '', other, 'address', '', one
        from moves
    ),

    given as (
        select line, 'address' as kind, '' as scope, address as value
        from loader_asked
        union
        select loader_asked.line, 'person', loader_holders.scope, loader_holders.person_id
        from loader_asked
        inner join loader_holders on loader_asked.given = loader_holders.person_id
    ),

    reached as (
        select line, kind, scope, value
        from given
        union
        select reached.line, ways.next_kind, ways.next_scope, ways.next_value
        from reached
        inner join
            ways
            on reached.kind = ways.kind
            and reached.scope = ways.scope
            and reached.value = ways.value
    )

select line, kind, scope, value
from reached
