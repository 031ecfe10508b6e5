{# Which of the lines a table has rows about, and under which addresses. #}
select distinct loader_erased.line, {{ contact_key(place.address) }} as email_address
from loader_erased
inner join
    {{ place.table }}
    on (loader_erased.kind = 'address' and loader_erased.value = {{ contact_key(place.address) }})
{%- if place.scope is not none %}
    union
    select distinct loader_erased.line, {{ contact_key(place.address) }} as email_address
    from loader_erased
    inner join
        {{ place.table }}
        on loader_erased.kind = 'person'
        and loader_erased.scope = {{ place.scope }}
        and loader_erased.value = {{ place.person }}
{%- endif %}
