{# Which of the lines a table has rows about, and under which addresses. #}
select distinct loader_erased.line, kept.email_address
from loader_erased
inner join
    {{ place.table }} as kept
    on (
        loader_erased.kind = 'address'
        and loader_erased.value = case
            when kept.email_address like '(none) %'
            then kept.email_address
            else lower(kept.email_address)
        end
    )
{%- if place.scope is not none %}
    union
    select distinct loader_erased.line, kept.email_address
    from loader_erased
    inner join
        {{ place.table }} as kept
        on loader_erased.kind = 'person'
        and loader_erased.scope = {{ place.scope }}
        and loader_erased.value = kept.person_id
{%- endif %}
