{#
    Who an audience is. It goes by the name of its relation, and a registry has a name once: in one
    relation, and of one project.
#}
{% macro audience_name(node) %} {{ return(node.alias) }} {% endmacro %}

{# Stop an audience that has the name of another one. #}
{% macro check_identity(node) %}
    {%- set row = dbt_mailchimp.registered_audiences().get(
        dbt_mailchimp.audience_name(node) | lower
    ) -%}
    {%- set reason = (
        dbt_mailchimp.same_name_reason(node)
        or dbt_mailchimp.registered_elsewhere_reason(node, row)
        or dbt_mailchimp.other_target_reason(node)
    ) -%}
    {%- if reason -%} {%- do dbt_mailchimp.raise_audience_error(reason) -%} {%- endif -%}
{% endmacro %}

{# What is wrong when two models of this project would be one audience. #}
{% macro same_name_reason(node) %}
    {%- set name = dbt_mailchimp.audience_name(node) -%}
    {%- for other in dbt_mailchimp.audience_nodes() -%}
        {%- if other.unique_id != node.unique_id and (
            dbt_mailchimp.audience_name(other) | lower == name | lower
        ) -%}
            {{
                return(
                    "the audience "
                    ~ other.unique_id
                    ~ " has the same name, '"
                    ~ name
                    ~ "'. The name of an audience is that of its relation. Give one of the two"
                    ~ " another alias"
                )
            }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{# What is wrong when a row of the registry is of another audience than this one; else none. #}
{% macro registered_elsewhere_reason(node, row) %}
    {%- set here = dbt_mailchimp.relation_of(node) -%}
    {%- if row and row.project != project_name and row.status != "removed" -%}
        {{
            return(
                "the dbt project '"
                ~ row.project
                ~ "' has an audience of that name in the schema "
                ~ target.schema
                ~ ". Give this one another alias, or this project another target schema. If the"
                ~ " project itself was renamed: update "
                ~ dbt_mailchimp.loader_relation("loader_audiences")
                ~ " set project = '"
                ~ project_name
                ~ "' where project = '"
                ~ row.project
                ~ "'"
            )
        }}
    {%- elif row and row.history and row.relation != here | string -%}
        {%- set found = dbt_mailchimp.relation_exists(row.history) -%}
        {%- if found -%}
            {{
                return(
                    "the audience of that name is "
                    ~ row.relation
                    ~ ", and this one would be "
                    ~ here
                    ~ ". If they are two audiences, give each its own target schema, or one of"
                    ~ " them another alias. If it has moved, drop "
                    ~ row.history
                    ~ ": its history starts again, and the ledger keeps what was sent"
                )
            }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{# What is wrong when the history of an audience is kept for another registry. #}
{% macro other_target_reason(node) %}
    {%- set history = dbt_mailchimp.audience_relation(
        dbt_mailchimp.relation_of(node), "__history", "table"
    ) -%}
    {%- set kept_for = dbt_mailchimp.comment_of(history) -%}
    {%- if kept_for and kept_for != dbt_mailchimp.registry_mark() -%}
        {{
            return(
                history
                ~ " is the history of an audience of another target: it is "
                ~ kept_for
                ~ ", and this would be "
                ~ dbt_mailchimp.registry_mark()
                ~ ". Build the audiences of each target in their own schema. If the target"
                ~ " schema was renamed: comment on table "
                ~ history
                ~ " is null"
            )
        }}
    {%- endif -%}
{% endmacro %}

{# For which registry a history is kept, as its comment says it. #}
{% macro registry_mark() -%}
    {{ return("registered in the schema " ~ target.schema) }}
{%- endmacro %}

{# Say on a history for which registry it is kept. #}
{% macro mark_history(history) %}
    {%- if dbt_mailchimp.comment_of(history) is none -%}
        {%- call statement("mark_history") -%}
            comment on table {{ history }} is {{ dbt_mailchimp.literal(dbt_mailchimp.registry_mark()) }}
        {%- endcall -%}
    {%- endif -%}
{% endmacro %}

{# The models of this invocation's project that are audiences. #}
{% macro audience_nodes() %}
    {%- set nodes = [] -%}
    {%- for node in graph.nodes.values() -%}
        {%- if node.resource_type == "model" and node.config.materialized == "audience" -%}
            {%- do nodes.append(node) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(nodes) }}
{% endmacro %}

{# The relation of an audience. #}
{% macro relation_of(node) %}
    {{
        return(
            api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)
        )
    }}
{% endmacro %}

{# Whether a table exists, by its quoted name as the registry has it. #}
{% macro relation_exists(name) %}
    {%- set query -%}
        select count(*)
        from information_schema.tables
        where
            '"' || table_catalog || '"."' || table_schema || '"."' || table_name || '"'
            = {{ dbt_mailchimp.literal(name) }}
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()[0] > 0) }}
{% endmacro %}
