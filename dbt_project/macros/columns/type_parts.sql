{#
    A type as the warehouse writes it, taken apart: {'name': in lower case, without what stands in
    brackets; 'element': the type of what it is a list of, or none; 'inside': what stands between its
    brackets, part by part}. Labels and names in quotes may hold brackets, commas and quotes.
#}
{% macro type_parts(data_type) %}
    {%- set pattern = "'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[(),\\[\\]]|[^'\"(),\\[\\]]+" -%}
    {%- set tokens = modules.re.findall(pattern, data_type) -%}
    {%- if tokens and tokens[-1] == "]" -%}
        {%- set begin = tokens | length - 1 - tokens[::-1].index("[") -%}
        {{ return({"name": "", "element": tokens[:begin] | join, "inside": []}) }}
    {%- endif -%}
    {%- set seen = namespace(depth=0, part="") -%}
    {%- set outside, inside = [], [] -%}
    {%- for token in tokens -%}
        {%- if token == ")" -%} {%- set seen.depth = seen.depth - 1 -%} {%- endif -%}
        {%- if seen.depth == 0 -%} {%- do outside.append(" " if token in "()" else token) -%}
        {%- elif token == "," and seen.depth == 1 -%}
            {%- do inside.append(seen.part | trim) -%} {%- set seen.part = "" -%}
        {%- else -%} {%- set seen.part = seen.part ~ token -%}
        {%- endif -%}
        {%- if token == "(" -%} {%- set seen.depth = seen.depth + 1 -%} {%- endif -%}
    {%- endfor -%}
    {%- if seen.part -%} {%- do inside.append(seen.part | trim) -%} {%- endif -%}
    {{
        return(
            {
                "name": (outside | join | lower).split() | join(" "),
                "element": none,
                "inside": inside,
            }
        )
    }}
{% endmacro %}

{# The fields of a struct: {name: type}; none for any other type, and for fields without a name. #}
{% macro struct_fields(data_type) %}
    {%- set parts = dbt_mailchimp.type_parts(data_type) -%}
    {%- set found = {} -%}
    {%- for part in parts.inside if parts.name == "struct" -%}
        {%- set named = modules.re.match('(?s)("(?:[^"]|"")*"|[^\\s"]+)\\s+(.+)', part) -%}
        {%- if named -%}
            {%- set name = named.group(1) -%}
            {%- set plain = name[1:-1] | replace('""', '"') if name[0] == '"' else name -%}
            {%- do found.update({plain: named.group(2)}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
