{# The distinct values of a column in a group, as a list; NULL where there is none. #}
{% macro distinct_values(column) %}
    {{ return(adapter.dispatch("distinct_values", "dbt_mailchimp")(column)) }}
{% endmacro %}

{% macro default__distinct_values(column) -%}
    array_agg(distinct {{ column }}) filter (where {{ column }} is not null)
{%- endmacro %}

{# The distinct values of two lists, sorted; the first may be NULL. #}
{% macro union_of_lists(first, second) %}
    {{ return(adapter.dispatch("union_of_lists", "dbt_mailchimp")(first, second)) }}
{% endmacro %}

{% macro default__union_of_lists(first, second) %}
    {% do dbt_mailchimp.no_dialect("union_of_lists") %}
{% endmacro %}

{% macro duckdb__union_of_lists(first, second) -%}
    list_sort(list_distinct(list_concat(coalesce({{ first }}, []), {{ second }})))
{%- endmacro %}

{% macro postgres__union_of_lists(first, second) -%}
    (
        select array_agg(distinct value order by value)
        from unnest({{ first }} || {{ second }}) as collected(value)
        where value is not null
    )
{%- endmacro %}
