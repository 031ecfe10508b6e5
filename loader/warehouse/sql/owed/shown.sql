{# Contacts that the list shows as an audience wants them: they need no write. #}
insert into loader_shown
select {{ audience }} as audience, payloads.email_address
from loader_payloads as payloads
left join
    (select distinct email_address from loader_differences) as differences
    on payloads.email_address = differences.email_address
where differences.email_address is null
