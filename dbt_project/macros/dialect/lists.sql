{#
    A list of names as a sorted JSON array, without white space around them, empty ones and repetitions:
    the same bytes in every warehouse.
#}
{% macro json_array_of_names(expression) %}
    {{ return(adapter.dispatch("json_array_of_names", "dbt_mailchimp")(expression)) }}
{% endmacro %}

{% macro default__json_array_of_names(expression) %}
    {% do dbt_mailchimp.no_dialect("json_array_of_names") %}
{% endmacro %}

{% macro duckdb__json_array_of_names(expression) -%}
    nullif(
        cast(
            to_json(
                list_sort(
                    list_distinct(
                        list_filter(
                            list_transform(
                                {{ expression }},
                                lambda name:{{ dbt_mailchimp.trimmed_name("name") }}
                            ),
                            lambda name:name <> ''
                        )
                    )
                )
            ) as varchar
        ),
        '[]'
    )
{%- endmacro %}

{% macro postgres__json_array_of_names(expression) -%}
    (
        select
            '['
            || string_agg({{ dbt_mailchimp.json_text("name") }}, ',' order by name collate "C")
            || ']'
        from
            (
                select distinct {{ dbt_mailchimp.trimmed_name("given") }} as name
                from unnest({{ expression }}) as listed(given)
            ) as names
        where name <> ''
    )
{%- endmacro %}

{# Each name of such an array, as an expression of a select list that gives a row a name. #}
{% macro unnest_names(expression) %}
    {{ return(adapter.dispatch("unnest_names", "dbt_mailchimp")(expression)) }}
{% endmacro %}

{% macro default__unnest_names(expression) %}
    {% do dbt_mailchimp.no_dialect("unnest_names") %}
{% endmacro %}

{% macro duckdb__unnest_names(expression) -%}
    unnest(from_json({{ expression }}, '["VARCHAR"]'))
{%- endmacro %}

{% macro postgres__unnest_names(expression) -%}
    json_array_elements_text(cast({{ expression }} as json))
{%- endmacro %}

{# The texts of a group of which a condition holds, in one text with commas, in an order. #}
{% macro joined_texts(expression, order_by, condition) %}
    {{
        return(
            adapter.dispatch("joined_texts", "dbt_mailchimp")(expression, order_by, condition)
        )
    }}
{% endmacro %}

{% macro default__joined_texts(expression, order_by, condition) -%}
    string_agg({{ expression }}, ', ' order by {{ order_by }}) filter (where {{ condition }})
{%- endmacro %}

{# The texts of a group of which a condition holds, as a list in their order; NULL where there is none. #}
{% macro list_of(expression, condition) %}
    {{ return(adapter.dispatch("list_of", "dbt_mailchimp")(expression, condition)) }}
{% endmacro %}

{% macro default__list_of(expression, condition) -%}
    array_agg({{ expression }} order by {{ expression }}) filter (where {{ condition }})
{%- endmacro %}

{# A list of texts with nothing in it. #}
{% macro empty_list() %}
    {{ return(adapter.dispatch("empty_list", "dbt_mailchimp")()) }}
{% endmacro %}

{% macro default__empty_list() -%} cast(array[] as varchar[]) {%- endmacro %}
