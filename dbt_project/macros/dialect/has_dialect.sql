{#
    Whether this package knows the warehouse. Where it does not, a project parses and runs as if it had
    no audience, and building one says what is missing.
#}
{% macro has_dialect() %}
    {{ return(adapter.dispatch("has_dialect", "dbt_mailchimp")()) }}
{% endmacro %}

{% macro default__has_dialect() %} {{ return(false) }} {% endmacro %}

{% macro duckdb__has_dialect() %} {{ return(true) }} {% endmacro %}

{% macro postgres__has_dialect() %} {{ return(true) }} {% endmacro %}

{# Say that a warehouse has no spelling of a macro; while dbt parses nothing is said. #}
{% macro no_dialect(name) %}
    {%- if execute -%}
        {%- do exceptions.raise_compiler_error(
            "dbt_mailchimp cannot build an audience on "
            ~ adapter.type()
            ~ ": it has no macro "
            ~ adapter.type()
            ~ "__"
            ~ name
            ~ ". docs/how_to_add.md, 'A warehouse', says how to write it."
        ) -%}
    {%- endif -%}
{% endmacro %}

{# No audience is built on a warehouse that this package does not know. #}
{% macro fail_without_dialect() %}
    {%- if not dbt_mailchimp.has_dialect() -%}
        {%- do dbt_mailchimp.no_dialect("has_dialect") -%}
    {%- endif -%}
{% endmacro %}
