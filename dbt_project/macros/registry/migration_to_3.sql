{#
    Version 3 has more tables, and changes none that there are: what keeps the audiences at rest, the plans
    that were carried out, and the notices that were sent.
#}
{% macro migration_to_3() %} {{ return({}) }} {% endmacro %}
