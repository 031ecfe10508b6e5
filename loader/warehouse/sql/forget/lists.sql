{# Where Mailchimp was last seen to have the people. #}
select distinct list_id || ' (' || coalesce(status, 'read half-way') || ')' as seen
from {{ place.table }}
where
    list_id is not null
    and {{ contact_key("email_address") }}
    in (select loader_erased.value from loader_erased where loader_erased.kind = 'address')
order by seen
