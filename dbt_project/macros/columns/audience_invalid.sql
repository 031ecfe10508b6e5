{# Why a row can never be sent, as SQL; NULL for a row that can. The first fault is the one named. #}
{% macro audience_invalid(columns) %}
    case
        when loader_address is null
        then 'no address'
        when not {{ dbt_mailchimp.is_address("loader_address") }}
        then 'malformed address'
        {%- for column in columns.merge_fields + columns.attributes %}
                {%- set name = adapter.quote(column.name) %}
            {%- if column.kind == "number" %}
                when
                    lower(cast({{ name }} as varchar))
                    in ('nan', 'inf', '-inf', 'infinity', '-infinity')
                then '{{ column.name }} is not a finite number'
                {%- if column.wide %}
                    when abs(cast({{ name }} as double precision)) >= 9223372036854775808
                    then '{{ column.name }} is a number of more than 64 bits'
                {%- endif %}
            {%- elif column.kind in ["date", "timestamp"] %}
                when
                    cast({{ dbt_mailchimp.column_value(column) }} as date)
                    not between date '1000-01-01'
                    and date '9999-12-31'
                then '{{ column.name }} is not a date of four-digit years'
            {%- elif column.kind == "text" %}
                when {{ dbt_mailchimp.text_bytes(name) }} > {{ dbt_mailchimp.max_text_bytes() }}
                then '{{ column.name }} has more than {{ dbt_mailchimp.max_text_bytes() }} bytes'
            {%- elif column.kind == "address" %}
                when {{ dbt_mailchimp.is_incomplete_address(column) }}
                then '{{ column.name }} is an address without addr1, city, state or zip'
            {%- elif column.kind == "location" %}
                when not {{ dbt_mailchimp.is_location(name) }}
                then '{{ column.name }} is not a latitude and a longitude'
            {%- endif %}
        {%- endfor %}
    end
{% endmacro %}

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
{% macro is_location(name) -%}
    {%- set latitude = dbt_mailchimp.struct_value(name, "latitude") -%}
    {%- set longitude = dbt_mailchimp.struct_value(name, "longitude") -%}
    (
        ({{ latitude }} is null and {{ longitude }} is null)
        or coalesce(
            {{ latitude }} between -90 and 90 and {{ longitude }} between -180 and 180, false
        )
    )
{%- endmacro %}
