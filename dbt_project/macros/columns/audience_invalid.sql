{# Why a row can never be sent, as SQL; NULL for a row that can. The first fault is the one named. #}
{% macro audience_invalid(columns) %}
    case
        when loader_address is null
        then 'no address'
        when not {{ mailchimp_activation.is_address("loader_address") }}
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
                    {{ name }} < date '1000-01-01'
                    or {{ name }} >= date '9999-12-31' + interval '1' day
                then '{{ column.name }} is not a date of four-digit years'
            {%- elif column.kind == "text" %}
                when
                    {{ mailchimp_activation.text_bytes(name) }}
                    > {{ mailchimp_activation.max_text_bytes() }}
                then
                    '{{ column.name }} has more than {{ mailchimp_activation.max_text_bytes() }} bytes'
            {%- endif %}
        {%- endfor %}
    end
{% endmacro %}

{# What a text field of Mailchimp's holds; it would cut the rest off (Marketing API, Merge fields). #}
{% macro max_text_bytes() -%} {{ return(255) }} {%- endmacro %}
