{#
    The JSON text of one contact, as SQL: the address, Mailchimp's attributes, the merge fields. The
    status is not in it: it depends on what the list shows at the moment of sending.
#}
{% macro audience_payload(columns, nulls, address="loader_address") %}
    '{"email_address":' || coalesce({{ dbt_mailchimp.json_text(address) }}, 'null')
    {%- for column in columns.attributes %}
        || coalesce(',"{{ column.attribute }}":' || {{ dbt_mailchimp.attribute_json(column) }}, '')
    {%- endfor %}
    {%- if columns.merge_fields %}
        || ',"merge_fields":{'
        || concat_ws(
            ','
            {%- for column in columns.merge_fields %}
                ,
                {% set value = dbt_mailchimp.merge_field_json(column) -%}
                {%- if nulls == "clear" -%} '"{{ column.tag }}":' || coalesce({{ value }}, '""')
                {%- else -%} '"{{ column.tag }}":' || {{ value }}
                {%- endif -%}
            {%- endfor %}
        )
        || '}'
    {%- endif %}
    || '}'
{% endmacro %}

{#
    A merge value as JSON: Mailchimp takes strings, numbers and whole addresses; a boolean is none of
    them, and a birthday has no year (Marketing API, Merge fields).
#}
{% macro merge_field_json(column) %}
    {%- set name = dbt_mailchimp.column_value(column) -%}
    {%- set is_day = column.kind in ["date", "timestamp"] -%}
    {%- if column.kind == "number" and column.type == "number" -%}
        {{ dbt_mailchimp.number_text(name, column.floating) }}
    {%- elif column.kind == "number" -%}
        '"' || {{ dbt_mailchimp.number_text(name, column.floating) }} || '"'
    {%- elif column.type == "birthday" and is_day -%}
        '"' || replace(substr({{ dbt_mailchimp.date_text(name) }}, 6), '-', '/') || '"'
    {%- elif is_day -%} '"' || {{ dbt_mailchimp.date_text(name) }} || '"'
    {%- elif column.kind == "boolean" -%}
        case when {{ name }} then '"true"' when not {{ name }} then '"false"' end
    {%- elif column.kind == "address" -%} {{ dbt_mailchimp.address_json(column) }}
    {%- else -%} {{ dbt_mailchimp.json_text("cast(" ~ name ~ " as varchar)") }}
    {%- endif -%}
{% endmacro %}

{# A postal address as JSON, NULL when all of its parts are: Mailchimp takes it whole or not at all. #}
{% macro address_json(column) -%}
    '{' || nullif(
        concat_ws(
            ','
            {%- for part in column.parts %}
                ,
                '"{{ part | lower }}":'
                || {{ dbt_mailchimp.json_text(dbt_mailchimp.address_part(column, part)) }}
            {%- endfor %}
        ),
        ''
    )
    || '}'
{%- endmacro %}

{# One part of a postal address, NULL when there is nothing in it. #}
{% macro address_part(column, part) -%}
    nullif(
        trim(cast({{ dbt_mailchimp.struct_value(adapter.quote(column.name), part) }} as varchar)),
        ''
    )
{%- endmacro %}

{# An attribute as JSON; request timestamps have whole seconds (Marketing API, `timestamp_opt`). #}
{% macro attribute_json(column) %}
    {%- set name = dbt_mailchimp.column_value(column) -%}
    {%- if column.kind == "boolean" -%}
        case when {{ name }} then 'true' when not {{ name }} then 'false' end
    {%- elif column.kind in ["date", "timestamp"] -%}
        '"' || substr(cast(cast({{ name }} as timestamp) as varchar), 1, 19) || '"'
    {%- elif column.kind == "location" -%}
        '{"latitude":'
        || {{ dbt_mailchimp.location_text(column, "latitude") }}
        || ',"longitude":'
        || {{ dbt_mailchimp.location_text(column, "longitude") }}
        || '}'
    {%- elif column.kind == "switches" -%} {{ dbt_mailchimp.interests_json(column) }}
    {%- else -%} {{ dbt_mailchimp.json_text("cast(" ~ name ~ " as varchar)") }}
    {%- endif -%}
{% endmacro %}

{# One of the two numbers of a place on the map, as text. #}
{% macro location_text(column, field) -%}
    {{
        dbt_mailchimp.number_text(
            dbt_mailchimp.location_value(column, field),
            dbt_mailchimp.is_floating(
                column.field_types[dbt_mailchimp.field_named(column, field)]
            ),
        )
    }}
{%- endmacro %}

{#
    Interests as JSON, NULL when nothing is said of any. The loader puts the ids of a list in the
    place of the names, which are marked so that no merge tag can be taken for one.
#}
{% macro interests_json(column) -%}
    {{ dbt_mailchimp.switches_json(column, "interest ") }}
{%- endmacro %}

{#
    Marketing permissions as JSON by their texts, NULL when nothing is said of any. They are apart
    from the payload: no bulk call takes them (Marketing API, Add or update list member).
#}
{% macro audience_permissions(columns) -%}
    {%- if columns.permissions -%} {{ dbt_mailchimp.switches_json(columns.permissions, "") }}
    {%- else -%} cast(null as varchar)
    {%- endif -%}
{%- endmacro %}

{# A struct of booleans as a JSON object, NULL when none of them is known. #}
{% macro switches_json(column, mark) -%}
    '{' || nullif(
        concat_ws(
            ','
            {%- for switch in column.switches %}
                ,
                {%- set value = dbt_mailchimp.struct_value(
                    adapter.quote(column.name), column.fields[loop.index0]
                ) %}
                {{ dbt_mailchimp.literal(dbt_mailchimp.quote_json_key(mark ~ switch) ~ ":") }}
                || case when {{ value }} then 'true' when not {{ value }} then 'false' end
            {%- endfor %}
        ),
        ''
    )
    || '}'
{%- endmacro %}

{# The tags of a contact as a sorted JSON array without blanks and repetitions, NULL when none. #}
{% macro audience_tags(columns) -%}
    {%- if columns.tags -%} {{ dbt_mailchimp.json_array_of_names(adapter.quote(columns.tags)) }}
    {%- else -%} cast(null as varchar)
    {%- endif -%}
{%- endmacro %}

{# The value of a column, as SQL; a moment as what the clocks of UTC showed. #}
{% macro column_value(column) %}
    {%- set name = adapter.quote(column.name) -%}
    {{ return(dbt_mailchimp.in_utc(name) if column.zoned else name) }}
{% endmacro %}
