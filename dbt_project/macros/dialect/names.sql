{#
    Names of tags, segments, interests and marketing permissions as Mailchimp keeps them: without white
    space around them, and one whatever the letter case. The loader compares them by the same rule
    (loader/addresses.py, name_key), and a test compares the two.
#}
{% macro trimmed_name(expression) -%}
    {{ dbt_mailchimp.trimmed("cast(" ~ expression ~ " as varchar)", dbt_mailchimp.white_space()) }}
{%- endmacro %}

{# What two spellings of a name without white space around it have in common, as SQL. #}
{% macro name_key(expression) -%} lower({{ expression }}) {%- endmacro %}

{# A name that is known when the SQL is made, as Mailchimp keeps it. #}
{% macro normalise_name(name) %}
    {%- set space = [] -%}
    {%- for first, last in dbt_mailchimp.white_space() -%}
        {%- for code in range(first, last + 1) -%}
            {%- do space.append("%c" | format(code)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(name.strip(space | join)) }}
{% endmacro %}

{# What the tag of a merge field may have; Mailchimp cuts a longer one (Marketing API, Merge fields). #}
{% macro max_tag_length() -%} {{ return(10) }} {%- endmacro %}

{# What the name of a tag or segment may have (Mailchimp, About tags). #}
{% macro max_name_length() -%} {{ return(100) }} {%- endmacro %}
