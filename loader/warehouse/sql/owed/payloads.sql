{#
    What may be on the list already: payloads of contacts that a pull has seen and that have not
    changed since, by Mailchimp's clock of whole seconds.
#}
create or replace temporary table loader_payloads as
select delta.email_address, delta.payload
from loader_delta as delta
inner join {{ members }} as members on delta.email_address = members.email_address
where
    delta.audience = {{ audience }}
    and members.list_id = {{ list_id }}
    and delta.kind = 'contact'
    and delta.action = 'upsert'
    and delta.outcome is null
    and members.last_changed < members.details_read_at
