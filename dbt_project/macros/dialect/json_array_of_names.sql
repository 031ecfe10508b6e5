{# A list of names as a sorted JSON array, without blanks around them, empty ones and repetitions. #}
{% macro json_array_of_names(expression) %}
    {{ return(adapter.dispatch("json_array_of_names", "dbt_mailchimp")(expression)) }}
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
        select cast(json_agg(distinct {{ dbt_mailchimp.trimmed_name("name") }}) as varchar)
        from unnest({{ expression }}) as names(name)
        where {{ dbt_mailchimp.trimmed_name("name") }} <> ''
    )
{%- endmacro %}

{# Each name of such an array, as an expression of a select list that gives a row a name. #}
{% macro unnest_names(expression) %}
    {{ return(adapter.dispatch("unnest_names", "dbt_mailchimp")(expression)) }}
{% endmacro %}

{% macro duckdb__unnest_names(expression) -%}
    unnest(from_json({{ expression }}, '["VARCHAR"]'))
{%- endmacro %}

{% macro postgres__unnest_names(expression) -%}
    json_array_elements_text(cast({{ expression }} as json))
{%- endmacro %}
