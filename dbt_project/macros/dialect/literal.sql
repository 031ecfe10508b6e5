{# A value as an SQL literal: NULL, a boolean, a number, or quoted text. #}
{% macro literal(value) -%}
    {%- if value is none -%} null
    {%- elif value is boolean -%} {{ value | lower }}
    {%- elif value is number -%} {{ value }}
    {%- else -%} {{ "\x27" ~ value | string | replace("\x27", "\x27\x27") ~ "\x27" }}
    {%- endif -%}
{%- endmacro %}
