{#
    What a struct can be: an address by the names of its fields, a place on the map when they are
    numbers too, switches when all of them are booleans, or other.
#}
{% macro struct_kind(data_type) %}
    {%- set types = mailchimp_activation.struct_fields(data_type) -%}
    {%- set names = types.keys() | map("lower") | list -%}
    {#- a field that is NULL in every row has no type, and says nothing either way -#}
    {%- set kinds = types.values() | map("upper") | reject("equalto", "NULL") | unique | list -%}
    {%- if names and kinds == ["BOOLEAN"] -%} {{ return("switches") }} {%- endif -%}
    {%- if names | sort == ["latitude", "longitude"] -%}
        {%- set number_types = [] -%}
        {%- for type in types.values() if mailchimp_activation.column_kind(type) == "number" -%}
            {%- do number_types.append(type) -%}
        {%- endfor -%}
        {{ return("location" if number_types | length == 2 else "other") }}
    {%- endif -%}
    {%- if "addr1" in names -%} {{ return("address") }} {%- endif -%}
    {{ return("other") }}
{% endmacro %}

{#
    The fields of a struct as the warehouse names its type: {name: type}, a type that is a list of
    others ending in a bracket.
#}
{% macro struct_fields(data_type) %}
    {%- set pattern = (
        '(?:[(]|, )(?:"((?:[^"]|"")+)"|([A-Za-z_][A-Za-z0-9_]*)) "?([A-Za-z]+\\[?)'
    ) -%}
    {%- set found = {} -%}
    {%- for quoted, plain, type in modules.re.findall(pattern, data_type) -%}
        {%- do found.update({plain or quoted | replace('""', '"'): type}) -%}
    {%- endfor -%}
    {{ return(found) }}
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
