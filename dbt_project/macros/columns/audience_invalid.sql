{# Why a row can never be sent, as SQL; NULL for a row that can. The first fault is the one named. #}
{% macro audience_invalid(columns) %}
    {%- set reasons = dbt_mailchimp.invalid_reasons() -%}
    case
        when loader_address is null
        then '{{ reasons.no_address }}'
        when not {{ dbt_mailchimp.is_address("loader_address") }}
        then '{{ reasons.malformed_address }}'
        {%- for column in columns.merge_fields + columns.attributes %}
                {%- set name = adapter.quote(column.name) %}
            {%- if column.kind == "number" %}
                when
                    lower(cast({{ name }} as varchar))
                    in ('nan', 'inf', '-inf', 'infinity', '-infinity')
                then '{{ column.name }} {{ reasons.not_finite }}'
                {%- if column.wide %}
                    when {{ dbt_mailchimp.is_too_long(name) }}
                    then '{{ column.name }} {{ reasons.number_too_long }}'
                {%- endif %}
            {%- elif column.kind in ["date", "timestamp"] %}
                when
                    cast({{ dbt_mailchimp.column_value(column) }} as date)
                    not between date '1000-01-01'
                    and date '9999-12-31'
                then '{{ column.name }} {{ reasons.date_out_of_range }}'
            {%- elif column.kind == "text" %}
                when {{ dbt_mailchimp.text_bytes(name) }} > {{ dbt_mailchimp.max_text_bytes() }}
                then '{{ column.name }} {{ reasons.text_too_long }}'
            {%- elif column.kind == "address" %}
                when {{ dbt_mailchimp.is_incomplete_address(column) }}
                then '{{ column.name }} {{ reasons.incomplete_address }}'
            {%- elif column.kind == "location" %}
                when not {{ dbt_mailchimp.is_location(column) }}
                then '{{ column.name }} {{ reasons.invalid_location }}'
            {%- endif %}
        {%- endfor %}
    end
{% endmacro %}

{#
    What makes a row invalid, by its code: the sentence, or what stands in it behind the name of the
    column. The loader has the same list (loader/reasons.py), and a test compares the two.
#}
{% macro invalid_reasons() %}
    {{
        return(
            {
                "no_address": "no address",
                "malformed_address": "malformed address",
                "duplicate_address": "several rows have this address",
                "not_finite": "is not a finite number",
                "number_too_long": "is a number of more than 64 bits",
                "date_out_of_range": "is not a date of four-digit years",
                "text_too_long": "has more than 255 bytes",
                "incomplete_address": "is an address without addr1, city, state or zip",
                "invalid_location": "is not a latitude and a longitude",
            }
        )
    }}
{% endmacro %}

{# The code of such a sentence, as SQL: a history keeps the sentence. #}
{% macro invalid_code(sentence) -%}
    case
        {%- for code, words in dbt_mailchimp.invalid_reasons().items() %}
            when {{ sentence }} like {{ dbt_mailchimp.literal("%" ~ words) }} then '{{ code }}'
        {%- endfor %}
    end
{%- endmacro %}

{# What a text field of Mailchimp's holds; it would cut the rest off (Marketing API, Merge fields). #}
{% macro max_text_bytes() -%} {{ return(255) }} {%- endmacro %}

{# Whether some of an address is there and not all that Mailchimp wants (Marketing API, Merge fields). #}
{% macro is_incomplete_address(column) -%}
    {%- set required, given = [], [] -%}
    {%- for part in column.parts -%}
        {%- set value = dbt_mailchimp.address_part(column, part) -%}
        {%- do given.append(value) -%}
        {%- if dbt_mailchimp.address_parts()[part | lower] -%}
            {%- do required.append(value ~ " is null") -%}
        {%- endif -%}
    {%- endfor -%}
    (coalesce({{ given | join(", ") }}) is not null and ({{ required | join(" or ") }}))
{%- endmacro %}

{# Whether a struct is a place on the map: both of its numbers or none of them, and in their range. #}
{% macro is_location(column) -%}
    {%- set latitude = dbt_mailchimp.location_value(column, "latitude") -%}
    {%- set longitude = dbt_mailchimp.location_value(column, "longitude") -%}
    (
        ({{ latitude }} is null and {{ longitude }} is null)
        or coalesce(
            {{ latitude }} between -90 and 90 and {{ longitude }} between -180 and 180, false
        )
    )
{%- endmacro %}

{# One of the two numbers of a place on the map. #}
{% macro location_value(column, field) -%}
    {{
        dbt_mailchimp.struct_value(
            adapter.quote(column.name), dbt_mailchimp.field_named(column, field)
        )
    }}
{%- endmacro %}

{# The name of a field of a struct as it is written there. #}
{% macro field_named(column, name) %}
    {%- for field in column.fields if field | lower == name -%} {{ return(field) }} {%- endfor -%}
{% endmacro %}
