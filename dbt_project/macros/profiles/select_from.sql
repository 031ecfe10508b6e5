{# A select of all rows of a relation, the name of one, or a select. #}
{% macro select_from(relation) %}
    {%- set sql = relation | string | trim -%}
    {%- if modules.re.match("(?i)(select|with|from)\s|\(|--|/\*", sql) -%}
        {{ return(sql ~ "\n") }}
    {%- endif -%}
    {{ return("select * from " ~ sql) }}
{% endmacro %}
