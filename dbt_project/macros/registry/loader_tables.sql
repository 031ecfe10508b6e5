{#
    The tables between dbt and the loader: the type of each column by table and column, in order. They
    stand in the sources of this package (models/sources/_sources.yml), where a relation without types
    is a view. The loader reads the same file (loader/warehouse/contract.py).
#}
{% macro loader_tables() %}
    {%- set tables = {} -%}
    {%- for source in graph.sources.values() if source.package_name == "dbt_mailchimp" -%}
        {%- set types = {} -%}
        {%- for column in source.columns.values() if column.data_type -%}
            {%- do types.update({column.name: column.data_type}) -%}
        {%- endfor -%}
        {%- if types -%} {%- do tables.update({source.name: types}) -%} {%- endif -%}
    {%- endfor -%}
    {%- if not tables -%}
        {%- do exceptions.raise_compiler_error(
            "The sources of the package dbt_mailchimp are switched off, and the loader's"
            ~ " tables are made of what they say. Switch them on in dbt_project.yml."
        ) -%}
    {%- endif -%}
    {{ return(tables) }}
{% endmacro %}

{# One of the loader's relations: they stand in the target schema, whatever schema an audience has. #}
{% macro loader_relation(name) -%}
    {{
        return(
            api.Relation.create(database=target.database, schema=target.schema, identifier=name)
        )
    }}
{%- endmacro %}
