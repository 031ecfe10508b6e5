{# Count and delete the rows of people. #}
{# Empty a text about somebody else where it names an address of the people. #}
{% macro words(column, pattern, table) %}
update {{ table }}
set {{ column }} = null
where
    {{ column }} in (
        select named.said
        from
            (
                select
    {{ column }} as said,
    {{ each_match("replace(lower(" ~ column ~ "), '%40', '@')", pattern) }} as word
                from {{ table }}
            ) as named
        where
            named.word
            in (select loader_erased.value from loader_erased where loader_erased.kind = 'address')
    )
{% endmacro %}

{# Delete what is known of the lists that show the people: they are read whole next time, so
   that somebody who is still on one of them is not taken for new. #}
{% macro read_again(place) %}
delete from {{ place.table }}
where
    list_id in (
        select shown.list_id
        from {{ place.table }} as shown
        where
    {{ contact_key("shown.email_address") }}
            in (select loader_erased.value from loader_erased where loader_erased.kind = 'address')
    )
{% endmacro %}

{# Which of the lines a table has rows about, and under which addresses. #}
{% macro found(place) %}
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
{% endmacro %}

{# The rows of a table that are about the people who are asked for: how many, or without them. #}
{% macro rows(is_count, is_current, place) %}
    {% if is_count %} select count(*) as rows from
    {% else %} delete from{% endif %} {{ place.table }}
where
    (
    {{ contact_key(place.address) }}
        in (select loader_erased.value from loader_erased where loader_erased.kind = 'address')
    {%- if place.scope is not none %}
            or ({{ place.scope }}, {{ place.person }}) in (
                select loader_erased.scope, loader_erased.value
                from loader_erased
                where loader_erased.kind = 'person'
            )
    {%- endif %}
    )
    {%- if is_current %} and dbt_valid_to is null {%- endif %}
{% endmacro %}
