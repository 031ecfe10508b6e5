{#
    A time with a zone as the UTC time without one, so that a payload is the same whatever zone the
    session has.
#}
{% macro in_utc(expression) %}
    {{ return(adapter.dispatch("in_utc", "dbt_mailchimp")(expression)) }}
{% endmacro %}

{% macro default__in_utc(expression) %} ({{ expression }} at time zone 'UTC') {% endmacro %}

{#
    The present moment as the UTC time without a zone, the same in the whole of a statement. What dbt
    calls the present moment in a snapshot is what the clocks of the session show.
#}
{% macro utc_now() %} {{ return(adapter.dispatch("utc_now", "dbt_mailchimp")()) }} {% endmacro %}

{% macro default__utc_now() %} {{ dbt_mailchimp.in_utc("current_timestamp") }} {% endmacro %}

{#- the transaction may have begun before that of somebody who was waited for -#}
{% macro postgres__utc_now() %} {{ dbt_mailchimp.in_utc("statement_timestamp()") }} {% endmacro %}
