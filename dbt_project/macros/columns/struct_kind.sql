{#
    What a struct can be: switches when all of its fields are booleans, a place on the map when they
    are latitude and longitude, an address by the names of its fields, or other. A field that is NULL
    in every row has no type, and says nothing either way.
#}
{% macro struct_kind(data_type) %}
    {%- set types = dbt_mailchimp.struct_fields(data_type) -%}
    {%- set names = types.keys() | map("lower") | list -%}
    {%- set kinds = [] -%}
    {%- for type in types.values() if type != '"NULL"' -%}
        {%- do kinds.append(dbt_mailchimp.column_kind(type)) -%}
    {%- endfor -%}
    {%- set different = kinds | unique | sort -%}
    {%- if different == ["boolean"] -%} {{ return("switches") }} {%- endif -%}
    {%- if names | sort == ["latitude", "longitude"] -%}
        {{ return("location" if kinds == ["number", "number"] else "other") }}
    {%- endif -%}
    {%- if "addr1" in names and different | reject("in", ["text", "number"]) | list == [] -%}
        {{ return("address") }}
    {%- endif -%}
    {{ return("other") }}
{% endmacro %}

{# The parts of a postal address: those that Mailchimp wants together, then the others. #}
{% macro address_parts() %}
    {{
        return(
            {
                "addr1": true,
                "addr2": false,
                "city": true,
                "state": true,
                "zip": true,
                "country": false,
            }
        )
    }}
{% endmacro %}
