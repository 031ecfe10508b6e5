{#
    What a struct can be: an address or a place on the map by the names of its fields, switches when
    all of them are booleans, or other.
#}
{% macro struct_kind(data_type) %}
    {%- set types = mailchimp_activation.struct_fields(data_type) -%}
    {%- set names = types.keys() | map("lower") | list -%}
    {%- set kinds = types.values() | map("upper") | unique | list -%}
    {%- if names and kinds == ["BOOLEAN"] -%} {{ return("switches") }} {%- endif -%}
    {%- if names | sort == ["latitude", "longitude"] -%} {{ return("location") }} {%- endif -%}
    {%- if "addr1" in names -%} {{ return("address") }} {%- endif -%}
    {{ return("other") }}
{% endmacro %}

{# The fields of a struct as the warehouse names its type: {name: type}. #}
{% macro struct_fields(data_type) %}
    {%- set pattern = '(?:[(]|, )(?:"((?:[^"]|"")+)"|([A-Za-z_][A-Za-z0-9_]*)) "?([A-Za-z]+)' -%}
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
