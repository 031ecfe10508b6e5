{# Release what an audience has on a list, to others or to nobody. #}
{# A contact of ours that an audience lets go of stays ours where another audience that may
   create contacts wants it: that one knows from now on that the contact is. #}
{% macro hand_over(ledger, wanted, audience, keeps_contacts, list_id) %}
merge into {{ ledger }} as ledger
using (
    select distinct wanted.audience, released.email_address
    from {{ ledger }} as released
    inner join
    {{ wanted }} as wanted
        on released.list_id = wanted.list_id
        and released.email_address = wanted.email_address
    where
        released.list_id = {{ list_id }}
        and released.audience = {{ audience }}
        and released.kind = 'contact'
        and released.is_managed
        and not released.pre_existing
        and wanted.audience <> {{ audience }}
        and wanted.may_create
        and not {{ keeps_contacts }}
) as handed
on
    ledger.list_id = {{ list_id }}
    and ledger.audience = handed.audience
    and ledger.kind = 'contact'
    and ledger.segment = ''
    and ledger.email_address = handed.email_address
when matched
then
    update
    set pre_existing = coalesce(ledger.pre_existing, false)
when not matched
then
    insert (list_id, audience, kind, segment, email_address, pre_existing, is_managed, attempts)
    values ({{ list_id }}, handed.audience, 'contact', '', handed.email_address, false, false, 0)
{% endmacro %}

{# Remember of the contacts of ours that an audience lets go of, and that stay on the list
   because nobody takes them out, that we had put them there: nobody's `on_leave` takes them out
   any more. #}
{% macro give_up(ledger, members, audience, keeps_contacts, list_id, run_id) %}
insert into {{ ledger }} (
    list_id, audience, kind, segment, email_address, pre_existing, is_managed, attempts, run_id
)
select {{ list_id }}, {{ audience }}, 'given_up', '', ledger.email_address, false, false, 0, {{ run_id }}
from {{ ledger }} as ledger
inner join
    {{ members }} as members
    on ledger.list_id = members.list_id
    and ledger.email_address = members.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.audience = {{ audience }}
    and ledger.kind = 'contact'
    and ledger.is_managed
    and not ledger.pre_existing
    and members.status in ('subscribed', 'pending')
    and not {{ keeps_contacts }}
    and not exists (
        select 1
        from loader_plan
        where loader_plan.kind = 'contact' and loader_plan.email_address = ledger.email_address
    )
    and not exists (
        select 1
        from {{ ledger }} as other
        where
            other.list_id = ledger.list_id
            and other.email_address = ledger.email_address
            and (
                (other.kind = 'contact' and other.audience <> ledger.audience and not other.pre_existing)
                or (other.kind = 'given_up' and other.audience = ledger.audience)
            )
    )
{% endmacro %}

{# How many contacts this run has given up. #}
{% macro gives_up(ledger, audience, list_id, run_id) %}
select count(*) as contacts
from {{ ledger }}
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and kind = 'given_up'
    and run_id = {{ run_id }}
{% endmacro %}

{# How many contacts that an audience wants are not ours although we had put them on the list: a
   `loader retire` gave them up, and they stay when they leave the audience. #}
{% macro given_up(ledger, members, wanted, audience, list_id) %}
select count(distinct given.email_address) as contacts
from {{ ledger }} as given
inner join
    {{ members }} as members
    on given.list_id = members.list_id
    and given.email_address = members.email_address
inner join
    {{ wanted }} as wanted
    on given.list_id = wanted.list_id
    and given.email_address = wanted.email_address
where
    given.list_id = {{ list_id }}
    and given.kind = 'given_up'
    and members.status in ('subscribed', 'pending')
    and wanted.audience = {{ audience }}
    and not exists (
        select 1
        from {{ ledger }} as ours
        where
            ours.list_id = given.list_id
            and ours.email_address = given.email_address
            and ours.kind = 'contact'
            and not ours.pre_existing
    )
{% endmacro %}

{# What an audience has in places that it does not name any more, and that the plan leaves where
   it is, is none of the audience's any more. Whom we archived is remembered, in case that they
   are wanted again. #}
{% macro release(ledger, audience, keeps_contacts, keeps_tags, list_id, named_segments) %}
delete from {{ ledger }} as ledger
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and (
        (kind in ('contact', 'permissions') and not {{ keeps_contacts }})
        or kind = 'segment'
        or (kind = 'tag' and not {{ keeps_tags }})
    )
    {%- for name in named_segments %} and lower(segment) <> {{ name }}
    {%- endfor %}
    and archived_at is null
    and not exists (
        select 1
        from loader_plan
        where
            loader_plan.kind = ledger.kind
            and loader_plan.segment = ledger.segment
            and loader_plan.email_address = ledger.email_address
    )
{% endmacro %}

{# What an audience had on a list that is not there any more is none of the audience's. #}
{% macro release_list(ledger, audience, list_id) %}
delete from {{ ledger }} where list_id = {{ list_id }} and audience = {{ audience }}
{% endmacro %}
