{# Run the called statement where the condition holds, and say how many rows that concerned. #}
{% macro apply_change(what, from, where) %}
    {%- set change = caller() ~ " where " ~ where -%}
    {%- set concerned = run_query("select count(*) from " ~ from ~ " where " ~ where) -%}
    {%- call statement("change") -%} {{ change }} {%- endcall -%}
    {%- do print(concerned[0][0] ~ " " ~ what) -%}
{% endmacro %}
