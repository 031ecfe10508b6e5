{#
    The key of a contact: the address without white space and format characters around it, in lower
    case, NULL when nothing is left. Mailchimp knows a contact by the md5 of the lower-cased address. The
    loader says the same of columns (loader/mailchimp/arrow_json.py) and in its SQL
    (loader/warehouse/sql_templates.py), and a test compares the three on drawn addresses.
#}
{% macro normalise_address(column) %}
    {{ return(adapter.dispatch("normalise_address", "dbt_mailchimp")(column)) }}
{% endmacro %}

{% macro default__normalise_address(column) %}
    lower({{ dbt_mailchimp.identity(column) }})
{% endmacro %}

{#
    What identifies a person, an address or a `person_id`: a text without white space and format
    characters around it, NULL when nothing is left.
#}
{% macro identity(column) -%}
    nullif(
        {{
            dbt_mailchimp.trimmed(
                "cast(" ~ column ~ " as varchar)",
                dbt_mailchimp.white_space() + dbt_mailchimp.format_characters(),
            )
        }},
        ''
    )
{%- endmacro %}

{#
    Whether a normalised address can be one at all: one @, no white space, control or format character
    or sign of a list of addresses, at most 64 characters before the @ and 254 in all, a domain of dotted
    labels without a hyphen at an end. What Mailchimp then thinks of it, Mailchimp says.
#}
{% macro is_address(column) %}
    (
        length({{ column }}) <= 254
        and {{ column }} not like '.%'
        and {{ column }} not like '%.@%'
        and {{ column }} not like '%..%'
        and {{ column }} not like '%@-%'
        and {{ column }} not like '%@%-.%'
        and {{ column }} not like '%@%.-%'
        and {{ column }} not like '%-'
        and {{ dbt_mailchimp.matches(column, dbt_mailchimp.address_pattern()) }}
    )
{% endmacro %}

{# The shape of an address, as a regular expression. #}
{% macro address_pattern() %}
    {%- set unseen = dbt_mailchimp.character_class(
        dbt_mailchimp.white_space()
        + dbt_mailchimp.control_characters()
        + dbt_mailchimp.format_characters()
    ) -%}
    {%- set never = unseen ~ '@"(),:;<>\\\\[' -%}
    {%- set label = "[^]." ~ never ~ "]" -%}
    {{ return("^[^]" ~ never ~ "]{1,64}@(" ~ label ~ "{1,63}[.])+" ~ label ~ "{2,63}$") }}
{% endmacro %}

{# Whether a text matches a regular expression. #}
{% macro matches(column, pattern) %}
    {{ return(adapter.dispatch("matches", "dbt_mailchimp")(column, pattern)) }}
{% endmacro %}

{% macro default__matches(column, pattern) %} {{ column }} ~ '{{ pattern }}' {% endmacro %}

{% macro duckdb__matches(column, pattern) %}
    regexp_matches({{ column }}, '{{ pattern }}')
{% endmacro %}
