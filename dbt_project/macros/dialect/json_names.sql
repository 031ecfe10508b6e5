{# A list of names as a sorted JSON array, without blanks around them, empty ones and repetitions. #}
{% macro json_names(expression) %}
    {{ return(adapter.dispatch("json_names", "mailchimp_activation")(expression)) }}
{% endmacro %}

{% macro duckdb__json_names(expression) -%}
    nullif(
        cast(
            to_json(
                list_sort(
                    list_distinct(
                        list_filter(
                            list_transform(
                                {{ expression }},
                                lambda name:{{ mailchimp_activation.trimmed_name("name") }}
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

{% macro postgres__json_names(expression) -%}
    (
        select cast(json_agg(distinct {{ mailchimp_activation.trimmed_name("name") }}) as varchar)
        from unnest({{ expression }}) as names(name)
        where {{ mailchimp_activation.trimmed_name("name") }} <> ''
    )
{%- endmacro %}

{# Each name of such an array, as an expression of a select list that gives a row a name. #}
{% macro each_json_name(expression) %}
    {{ return(adapter.dispatch("each_json_name", "mailchimp_activation")(expression)) }}
{% endmacro %}

{% macro duckdb__each_json_name(expression) -%}
    unnest(from_json({{ expression }}, '["VARCHAR"]'))
{%- endmacro %}

{% macro postgres__each_json_name(expression) -%}
    json_array_elements_text(cast({{ expression }} as json))
{%- endmacro %}
