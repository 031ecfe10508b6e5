{#
    Begin a transaction that lasts until `adapter.commit()`. dbt-postgres sends no `begin` and leaves it
    to its driver, which begins none after a `commit` of dbt's: each statement of a hook would stand alone.
#}
{% macro begin_transaction() %}
    {%- set sql = dbt_mailchimp.transaction_begun() | trim -%}
    {%- if sql -%} {%- call statement("begin") -%} {{ sql }} {%- endcall -%} {%- endif -%}
{% endmacro %}

{# What begins a transaction, or nothing where dbt has begun one. #}
{% macro transaction_begun() %}
    {{ return(adapter.dispatch("transaction_begun", "dbt_mailchimp")()) }}
{% endmacro %}

{% macro default__transaction_begun() %} {{ return("") }} {% endmacro %}

{% macro postgres__transaction_begun() %} {{ return("begin") }} {% endmacro %}

{# Let nobody else write to a table until the transaction ends; where one process writes, nothing. #}
{% macro lock_table(relation) %}
    {%- set sql = dbt_mailchimp.table_locked(relation) | trim -%}
    {%- if sql -%} {%- call statement("lock_table") -%} {{ sql }} {%- endcall -%} {%- endif -%}
{% endmacro %}

{# What locks a table until the transaction ends, or nothing where one process writes at a time. #}
{% macro table_locked(relation) %}
    {{ return(adapter.dispatch("table_locked", "dbt_mailchimp")(relation)) }}
{% endmacro %}

{% macro default__table_locked(relation) %} {{ return("") }} {% endmacro %}

{% macro postgres__table_locked(relation) %}
    {{ return("lock table " ~ relation ~ " in share row exclusive mode") }}
{% endmacro %}
