{#
    Stop an audience in a database that keeps capital letters where Mailchimp has none: addresses and
    names are compared in lower case, those with letters beyond A to Z too.
#}
{% macro fail_on_letters() %}
    {%- if not dbt_mailchimp.has_lower_case() -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "the database "
            ~ target.database
            ~ " has a locale whose lower case is not that of Unicode, and addresses are compared in"
            ~ " lower case. Create a database with another locale, as in: create database ..."
            ~ " template template0 locale 'C.UTF-8'"
        ) -%}
    {%- endif -%}
{% endmacro %}

{# Whether the lower case of a text is that of Unicode. #}
{% macro has_lower_case() %}
    {{ return(adapter.dispatch("has_lower_case", "dbt_mailchimp")()) }}
{% endmacro %}

{% macro default__has_lower_case() %} {{ return(true) }} {% endmacro %}

{#- the locale C knows the letters of ASCII, and that of Turkey has an i of its own -#}
{% macro postgres__has_lower_case() %}
    {%- set query = "select lower('I\u00c4') = 'i\u00e4' as is_lower" -%}
    {{ return(run_query(query).columns[0].values()[0]) }}
{% endmacro %}

{#
    A text to order by, so that the order is that of its characters and not that of a language: which of
    several rows counts is the same in every warehouse.
#}
{% macro in_byte_order(expression) %}
    {{ return(adapter.dispatch("in_byte_order", "dbt_mailchimp")(expression)) }}
{% endmacro %}

{% macro default__in_byte_order(expression) %} {{ expression }} {% endmacro %}

{% macro postgres__in_byte_order(expression) %} {{ expression }} collate "C" {% endmacro %}

{# The first text of a group in that order, as SQL. #}
{% macro first_text(expression) %}
    {{ return(adapter.dispatch("first_text", "dbt_mailchimp")(expression)) }}
{% endmacro %}

{% macro default__first_text(expression) -%} min({{ expression }}) {%- endmacro %}

{#- a view keeps the order of a column for ever, and no view has another than the usual one -#}
{% macro postgres__first_text(expression) -%}
    (min({{ dbt_mailchimp.in_byte_order(expression) }}) collate "default")
{%- endmacro %}
