{#
    How many contacts that an audience wants are not ours although we had put them on the list: a
    `loader retire` gave them up, and they stay when they leave the audience.
#}
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
