{# How many of the addresses have a person_id that stood at others at the same time, which stay. #}
select count(distinct loader_holders.email_address) as addresses
from loader_erased
inner join
    loader_holders
    on loader_erased.kind = 'address'
    and loader_erased.value = loader_holders.email_address
left join
    loader_erased as people
    on people.kind = 'person'
    and people.scope = loader_holders.scope
    and people.value = loader_holders.person_id
where loader_holders.is_latest and loader_holders.is_shared and people.value is null
