{#
    The white space of Unicode (property White_Space), as ranges of code points. It goes from around
    addresses, ids and names: Mailchimp shows none of them with white space at an end. The loader has
    the same list (loader/addresses.py), and a test compares the two over all of Unicode.
#}
{% macro white_space() %}
    {{
        return(
            [
                [9, 13],
                [32, 32],
                [133, 133],
                [160, 160],
                [5760, 5760],
                [8192, 8202],
                [8232, 8233],
                [8239, 8239],
                [8287, 8287],
                [12288, 12288],
            ]
        )
    }}
{% endmacro %}

{#
    The format characters of Unicode (category Cf), as ranges of code points: nobody sees them, and
    files and web pages leave them around an address.
#}
{% macro format_characters() %}
    {{
        return(
            [
                [173, 173],
                [1536, 1541],
                [1564, 1564],
                [1757, 1757],
                [1807, 1807],
                [2192, 2193],
                [2274, 2274],
                [6158, 6158],
                [8203, 8207],
                [8234, 8238],
                [8288, 8292],
                [8294, 8303],
                [65279, 65279],
                [65529, 65531],
                [69821, 69821],
                [69837, 69837],
                [78896, 78911],
                [113824, 113827],
                [119155, 119162],
                [917505, 917505],
                [917536, 917631],
            ]
        )
    }}
{% endmacro %}

{# The control characters of Unicode (category Cc), as ranges of code points. #}
{% macro control_characters() %} {{ return([[0, 31], [127, 159]]) }} {% endmacro %}

{# What stands between the brackets of a regular expression for these ranges of code points. #}
{% macro character_class(ranges) %}
    {%- set parts = [] -%}
    {%- for first, last in ranges -%}
        {%- set start = dbt_mailchimp.regex_character(first) -%}
        {%- set end = dbt_mailchimp.regex_character(last) -%}
        {%- do parts.append(start if first == last else start ~ "-" ~ end) -%}
    {%- endfor -%}
    {{ return(parts | join) }}
{% endmacro %}

{# A character by its code point, as a regular expression names it. #}
{% macro regex_character(code) %}
    {{ return(adapter.dispatch("regex_character", "dbt_mailchimp")(code)) }}
{% endmacro %}

{% macro default__regex_character(code) %} {{ return("\\U%08x" | format(code)) }} {% endmacro %}

{% macro duckdb__regex_character(code) %}
    {{ return("\\x{" ~ "%x" | format(code) ~ "}") }}
{% endmacro %}

{# A text without the characters of these ranges at its ends. #}
{% macro trimmed(expression, ranges) %}
    {{ return(adapter.dispatch("trimmed", "dbt_mailchimp")(expression, ranges)) }}
{% endmacro %}

{% macro default__trimmed(expression, ranges) -%}
    {%- set class = dbt_mailchimp.character_class(ranges) -%}
    regexp_replace({{ expression }}, '^[{{ class }}]+|[{{ class }}]+$', '', 'g')
{%- endmacro %}
