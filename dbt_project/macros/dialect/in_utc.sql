{#
    A time with a zone as the UTC time without one, so that a payload is the same whatever zone the
    session has.
#}
{% macro in_utc(expression) %}
    {{ return(adapter.dispatch("in_utc", "dbt_mailchimp")(expression)) }}
{% endmacro %}

{% macro default__in_utc(expression) %} ({{ expression }} at time zone 'UTC') {% endmacro %}
