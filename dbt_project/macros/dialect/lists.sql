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
