{# Run what a model wants before its SQL, in this session; dbt's own tables have it before them. #}
{% macro run_sql_header(node) %}
    {%- if node.config.get("sql_header") -%}
        {%- do run_query(node.config.sql_header) -%}
    {%- endif -%}
{% endmacro %}

{# The relation of an audience has columns of its own, so a contract about the model's would lie. #}
{% macro refuse_contract(node) %}
    {%- if node.config.contract.enforced -%}
        {%- do mailchimp_activation.refuse_audience(
            "it has contract: enforced, but its relation has the columns of every audience"
            ~ " (email_address, payload and others) and not those that the model selects. Take"
            ~ " the contract away, or give it to the model that the audience selects from"
        ) -%}
    {%- endif -%}
{% endmacro %}
