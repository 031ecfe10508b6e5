{#
    The key of a contact: the address without white space around it, in lower case, NULL when nothing
    is left. Mailchimp knows a contact by the md5 of the lower-cased address.
#}
{% macro normalise_address(column) %}
    {{ return(adapter.dispatch("normalise_address", "mailchimp_activation")(column)) }}
{% endmacro %}

{% macro default__normalise_address(column) %}
    nullif(
        lower(
            trim(
                both ' '
                || chr(9)
                || chr(10)
                || chr(11)
                || chr(12)
                || chr(13)
                || chr(160)
                || chr(8203)
                || chr(65279)
                from cast({{ column }} as varchar)
            )
        ),
        ''
    )
{% endmacro %}

{#
    Whether a normalised address can be one at all: one @, no white space, control character or sign
    of a list of addresses, at most 64 characters before the @ and 254 in all, a domain of dotted
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
        and {{ column }} not like '%' || chr(160) || '%'
        and {{ mailchimp_activation.matches(column, mailchimp_activation.address_pattern()) }}
    )
{% endmacro %}

{# The shape of an address, in the part of regular expressions that every warehouse has. #}
{% macro address_pattern() %}
    {%- set never = '[:space:][:cntrl:]@"(),:;<>\\\\[' -%}
    {%- set label = "[^]." ~ never ~ "]" -%}
    {{ return("^[^]" ~ never ~ "]{1,64}@(" ~ label ~ "{1,63}[.])+" ~ label ~ "{2,63}$") }}
{% endmacro %}

{# Whether a text matches a regular expression. #}
{% macro matches(column, pattern) %}
    {{ return(adapter.dispatch("matches", "mailchimp_activation")(column, pattern)) }}
{% endmacro %}

{% macro default__matches(column, pattern) %} {{ column }} ~ '{{ pattern }}' {% endmacro %}

{% macro duckdb__matches(column, pattern) %}
    regexp_matches({{ column }}, '{{ pattern }}')
{% endmacro %}
