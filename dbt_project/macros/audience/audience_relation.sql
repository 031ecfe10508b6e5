{# The relation that stands beside an audience's table: its history table or its delta view. #}
{% macro audience_relation(relation, suffix, type) -%}
    {{
        return(
            api.Relation.create(
                database=relation.database,
                schema=relation.schema,
                identifier=relation.identifier ~ suffix,
                type=type,
            )
        )
    }}
{%- endmacro %}
