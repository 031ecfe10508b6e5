{# Refuse a set of columns that no contact can be made of; every fault of one kind is named at once. #}
{% macro check_columns(found, attributes, merge_fields) %}
    {%- if not found.address -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "it has no column email_address. Select the address under that name"
        ) -%}
    {%- endif -%}
    {%- do dbt_mailchimp.check_merge_tags(merge_fields) -%}
    {%- for column in merge_fields -%}
        {%- if column.name | lower in dbt_mailchimp.reserved_attributes() -%}
            {%- do dbt_mailchimp.raise_audience_error(
                "the column "
                ~ column.name
                ~ " has the name of a Mailchimp attribute that no column"
                ~ " can fill. Rename it to make it a merge field"
            ) -%}
        {%- elif column.kind in ["other", "list", "location", "switches"] -%}
            {%- do dbt_mailchimp.raise_audience_error(
                "the column "
                ~ column.name
                ~ " has a type that no merge field can hold. Cast it to"
                ~ " text, a number, a date or a boolean; an address is a struct of addr1, city, state"
                ~ " and zip"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do dbt_mailchimp.check_addresses(merge_fields) -%}
    {%- for column in attributes -%}
        {%- set wanted = dbt_mailchimp.contact_attributes()[column.attribute] -%}
        {%- if column.kind != wanted and not (wanted == "timestamp" and column.kind == "date") -%}
            {%- do dbt_mailchimp.raise_audience_error(
                "the column "
                ~ column.name
                ~ " is Mailchimp's "
                ~ column.attribute
                ~ ", which is a "
                ~ {
                    "location": "struct of the numbers latitude and longitude",
                    "switches": "struct of booleans, as in {'Sports': true}",
                }.get(wanted, wanted)
                ~ ". Cast it"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{# An address has the parts that Mailchimp wants together, and no others (Marketing API, Merge fields). #}
{% macro check_addresses(merge_fields) %}
    {%- set parts = dbt_mailchimp.address_parts() -%}
    {%- for column in merge_fields if column.kind == "address" -%}
        {%- set names = column.parts | map("lower") | list -%}
        {%- set faults = [] -%}
        {%- for part, is_required in parts.items() if is_required and part not in names -%}
            {%- do faults.append("it lacks " ~ part) -%}
        {%- endfor -%}
        {%- for name in names if name not in parts -%}
            {%- do faults.append(name ~ " is not a part of it") -%}
        {%- endfor -%}
        {%- if faults -%}
            {%- do dbt_mailchimp.raise_audience_error(
                "the column "
                ~ column.name
                ~ " is an address, a struct of addr1, city, state and zip, and addr2 and country if"
                ~ " you have them: "
                ~ faults
                | join("; ")
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{#
    Mailchimp cuts a longer tag to ten characters without a word, so that two columns may end in one
    field (Marketing API, Merge fields: `tag`).
#}
{% macro check_merge_tags(merge_fields) %}
    {%- set cut = {} -%}
    {%- for column in merge_fields -%}
        {%- set short = column.tag[: dbt_mailchimp.max_tag_length()] -%}
        {%- do cut.update({short: cut.get(short, []) + [column.name]}) -%}
    {%- endfor -%}
    {%- set faults = [] -%}
    {%- for column in merge_fields -%}
        {%- if "." in column.name -%}
            {%- do faults.append(column.name ~ " is a part of a struct: select it by itself") -%}
        {%- elif column.tag == "EMAIL" -%}
            {%- do faults.append("EMAIL is Mailchimp's own tag; the address is email_address") -%}
        {%- elif not modules.re.match("^[A-Z0-9_]+$", column.tag) -%}
            {%- do faults.append(
                column.name
                ~ " would be the tag "
                ~ column.tag
                ~ ", and a tag is letters, digits and underscores"
            ) -%}
        {%- elif column.tag | length > dbt_mailchimp.max_tag_length() -%}
            {%- do faults.append(column.name ~ " has " ~ column.tag | length ~ " characters") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for short, names in cut.items() if names | length > 1 -%}
        {%- do faults.append(names | join(" and ") ~ " would both be " ~ short) -%}
    {%- endfor -%}
    {%- if faults -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "a column becomes the merge tag of its upper-cased name, of at most "
            ~ dbt_mailchimp.max_tag_length()
            ~ " characters: "
            ~ faults
            | join("; ") ~ ". Rename with `as`"
        ) -%}
    {%- endif -%}
{% endmacro %}
