{#
    The types of merge fields: the kinds of column that each can be filled from, whether its values are
    some of a list of choices, and the formats that it can be shown in (Marketing API, Merge fields:
    `type`, `options`). The first type that takes a kind is the one that a column has by itself. The
    loader has the same list (loader/mailchimp_facts.py), and a test compares the two.
#}
{% macro merge_field_types() %}
    {{
        return(
            {
                "number": {"kinds": ["number"]},
                "date": {
                    "kinds": ["date", "timestamp"],
                    "formats": ["MM/DD/YYYY", "DD/MM/YYYY"],
                },
                "address": {"kinds": ["address"]},
                "text": {"kinds": ["text", "boolean", "number", "date", "timestamp"]},
                "birthday": {
                    "kinds": ["date", "timestamp", "text"],
                    "formats": ["MM/DD", "DD/MM"],
                },
                "phone": {"kinds": ["text"], "formats": ["US", "none"]},
                "url": {"kinds": ["text"]},
                "imageurl": {"kinds": ["text"]},
                "zip": {"kinds": ["text"]},
                "radio": {"kinds": ["text", "boolean"], "has_choices": true},
                "dropdown": {"kinds": ["text", "boolean"], "has_choices": true},
            }
        )
    }}
{% endmacro %}

{# The type of the merge field that a column of a kind is made as, when nothing else is said. #}
{% macro default_field_type(kind) %}
    {{ return(dbt_mailchimp.types_of_kind(kind) | first) }}
{% endmacro %}

{# The names of the types that have choices. #}
{% macro types_with_choices() %}
    {%- set found = [] -%}
    {%- for type, rule in dbt_mailchimp.merge_field_types().items() if rule.has_choices -%}
        {%- do found.append(type) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

{# The formats that there are, in words. #}
{% macro formats_in_words() %}
    {%- set found = [] -%}
    {%- for type, rule in dbt_mailchimp.merge_field_types().items() if rule.formats -%}
        {%- do found.append(rule.formats | join(" or ") ~ " for " ~ type) -%}
    {%- endfor -%}
    {{ return(found | join("; ")) }}
{% endmacro %}

{# What meta.mailchimp.fields may say of a merge field, and how each is said. #}
{% macro field_rules() %}
    {{
        return(
            {
                "type": "one of " ~ dbt_mailchimp.merge_field_types().keys() | join(", "),
                "name": "a text, the label of the field in Mailchimp",
                "choices": "a list of texts, for " ~ dbt_mailchimp.types_with_choices()
                | join(" and "),
                "default": "a text, what Mailchimp uses where a contact has no value",
                "format": "a text: " ~ dbt_mailchimp.formats_in_words(),
            }
        )
    }}
{% endmacro %}

{#
    What is said of each merge field in meta.mailchimp.fields, put to the columns: its type, and what
    it is made with when it is missing.
#}
{% macro describe_merge_fields(merge_fields, fields) %}
    {%- set known = {} -%}
    {%- for column in merge_fields -%}
        {%- do column.update(
            {
                "type": dbt_mailchimp.default_field_type(column.kind),
                "label": column.name,
            }
        ) -%}
        {%- do known.update({column.name | lower: column}) -%}
    {%- endfor -%}
    {%- for name, said in (fields or {}).items() -%}
        {%- set column = known.get(name | lower) -%}
        {%- if not column -%}
            {%- do dbt_mailchimp.raise_audience_error(
                "meta.mailchimp.fields names "
                ~ name
                ~ ", which is not a column that fills a merge field. Those are: "
                ~ known.keys()
                | join(", ")
            ) -%}
        {%- endif -%}
        {%- do dbt_mailchimp.check_field(name, said, column.kind) -%}
        {%- for key, value in said.items() -%}
            {%- do column.update({"label" if key == "name" else key: value}) -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}

{# One entry of meta.mailchimp.fields: known keys, values of their shape, a type for the column. #}
{% macro check_field(name, said, kind) %}
    {%- set rules = dbt_mailchimp.field_rules() -%}
    {%- set types = dbt_mailchimp.merge_field_types() -%}
    {%- set place = "meta.mailchimp.fields." ~ name -%}
    {%- if said is not mapping -%}
        {%- do dbt_mailchimp.raise_audience_error(
            place ~ " is '" ~ said ~ "'. It is a mapping of " ~ rules.keys()
            | join(", ")
        ) -%}
    {%- endif -%}
    {%- for key, value in said.items() -%}
        {%- set is_text = value is string and value.strip() -%}
        {%- set is_list = (
            value is iterable
            and value is not string
            and value is not mapping
            and value
            and value | reject("string") | list == []
        ) -%}
        {%- if key not in rules or not (is_list if key == "choices" else is_text) -%}
            {%- do dbt_mailchimp.raise_audience_error(
                place
                ~ " has '"
                ~ key
                ~ "': '"
                ~ value
                ~ "'. It takes "
                ~ (rules[key] if key in rules else rules.keys() | join(", "))
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set type = said.get("type", dbt_mailchimp.default_field_type(kind)) -%}
    {%- if kind not in types.get(type, {}).get("kinds", []) -%}
        {%- do dbt_mailchimp.raise_audience_error(
            place
            ~ ".type is '"
            ~ type
            ~ "', and the column is a "
            ~ kind
            ~ ". Such a column can be "
            ~ dbt_mailchimp.types_of_kind(kind)
            | join(", ")
        ) -%}
    {%- endif -%}
    {%- if (said.choices is defined) != (types[type].has_choices is defined) -%}
        {%- do dbt_mailchimp.raise_audience_error(
            place ~ ": " ~ dbt_mailchimp.types_with_choices()
            | join(" and ") ~ " have choices, and no other type has"
        ) -%}
    {%- endif -%}
    {%- if said.format is defined and said.format not in types[type].get("formats", []) -%}
        {%- do dbt_mailchimp.raise_audience_error(
            place ~ ".format is '" ~ said.format ~ "'. It is " ~ rules.format
        ) -%}
    {%- endif -%}
{% endmacro %}

{# The types that a column of a kind can fill. #}
{% macro types_of_kind(kind) %}
    {%- set found = [] -%}
    {%- for type, rule in dbt_mailchimp.merge_field_types().items() if kind in rule.kinds -%}
        {%- do found.append(type) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
