{#
    Profiles enriched from another table, column by column: set, set_if_empty, add or sum. The columns
    of the profiles stay as they are in name and order, and a profile of which the source knows nothing
    stays as it is.
#}
{% macro enrich_profiles(profiles, source, key, rules, create_unknown=false, origin=none) %}
    {%- set every = dbt_mailchimp.enrichment_rules(key, rules, origin) -%}
    {%- set values = {key: "coalesce(loader_profiles." ~ key ~ ", loader_found." ~ key ~ ")"} -%}
    {%- for column, rule in every.items() -%}
        {%- do values.update({column: dbt_mailchimp.enriched_value(column, rule) | trim}) -%}
    {%- endfor -%}
    with

        loader_profiles as ({{ dbt_mailchimp.select_from(profiles) }}),

        loader_source as ({{ dbt_mailchimp.select_from(source) }}),

        loader_found as (

            select
                {{ key }}
                {%- for column, rule in every.items() %}
                    ,
                    {% if rule == "add" -%} {{ dbt_mailchimp.distinct_values(column) }}
                    {%- else -%} {{ "sum" if rule == "sum" else "max" }} ({{ column }})
                    {%- endif %} as {{ column }}
                {%- endfor %}
            from loader_source
            where {{ key }} is not null
            group by {{ key }}

        )

    select {{ dbt_mailchimp.columns_replaced("loader_profiles", values, profiles) }}
    from loader_profiles {{ "full outer" if create_unknown else "left" }}
    join loader_found on loader_profiles.{{ key }} = loader_found.{{ key }}
{% endmacro %}

{# The rule of each column, that of the origin among them; anything else is refused. #}
{% macro enrichment_rules(key, rules, origin=none) %}
    {%- set every = dict(rules) -%}
    {%- if origin is not none -%} {%- do every.update({origin: "add"}) -%} {%- endif -%}
    {%- for column, rule in every.items() -%}
        {%- if column == key or rule not in ["set", "set_if_empty", "add", "sum"] -%}
            {%- do exceptions.raise_compiler_error(
                "enrich_profiles: "
                ~ column
                ~ ": "
                ~ (
                    "is the key and has no rule"
                    if column == key
                    else rule ~ " is not a rule. Use set, set_if_empty, add or sum"
                )
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(every) }}
{% endmacro %}

{# What becomes of one column of a profile. A NULL of the source changes nothing, whatever the rule. #}
{% macro enriched_value(column, rule) %}
    {%- set mine, found = "loader_profiles." ~ column, "loader_found." ~ column -%}
    {%- if rule == "set" -%} coalesce({{ found }}, {{ mine }})
    {%- elif rule == "set_if_empty" -%}
        case
            when nullif(trim(cast({{ mine }} as varchar)), '') is null
            then coalesce({{ found }}, {{ mine }})
            else {{ mine }}
        end
    {%- elif rule == "add" -%}
        case
            when {{ found }} is null
            then {{ mine }}
            else {{ dbt_mailchimp.union_of_lists(mine, found) }}
        end
    {%- else -%}
        case when {{ found }} is null then {{ mine }} else coalesce({{ mine }}, 0) + {{ found }} end
    {%- endif -%}
{% endmacro %}
