{# The node of the audience that a data test is about, found by its relation. #}
{% macro audience_node(relation) %}
    {%- for node in graph.nodes.values() -%}
        {%- if node.config.materialized == "audience" and node.relation_name == relation | string -%}
            {{ return(node) }}
        {%- endif -%}
    {%- endfor -%}
    {%- do exceptions.raise_compiler_error(
        relation
        ~ " is not an audience. Only a model with materialized='audience' has a history and a"
        ~ " delta to test. Remove a `where` from the test: it hides which model it is."
    ) -%}
{% endmacro %}

{# The current contacts of the audience that a data test is about, as SQL. #}
{% macro current_contacts(relation) -%}
    {{
        dbt_mailchimp.audience_current(
            dbt_mailchimp.audience_relation(relation, "__history", "table")
        )
    }}
{%- endmacro %}
