{# Compare what is wanted with what a pull has seen, and send none of it twice. #}
{# What may be on the list already: payloads of contacts that a pull has seen and that have not
   changed since, by Mailchimp's clock of whole seconds. #}
{% macro comparable_payloads(members, audience, list_id) %}
create temporary table {{ anew("loader_payloads") }} as
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
{% endmacro %}

{# Nobody is known to be on the list as an audience wants them, before they are compared. #}
{% macro begin_compared() %}
create temporary table {{ anew("loader_shown") }} (audience varchar, email_address varchar)
{% endmacro %}

{# Contacts that the list shows as an audience wants them: they need no write. #}
{% macro already_applied(audience) %}
insert into {{ filled("loader_shown") }}
select {{ audience }} as audience, payloads.email_address
from loader_payloads as payloads
left join
    (select distinct email_address from loader_differences) as differences
    on payloads.email_address = differences.email_address
where differences.email_address is null
{% endmacro %}
