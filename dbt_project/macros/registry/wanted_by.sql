{#
    Who wants whom: one row an audience, list and contact that is wanted with consent. Audiences that
    are switched off, removed or could not be built keep wanting what they wanted. Takes the rows of
    the registry.
#}
{% macro wanted_by(audiences) %}
    select
        cast(null as varchar) as audience,
        cast(null as varchar) as list_id,
        cast(null as varchar) as email_address
    where 1 = 0
    {%- for audience in audiences | sort(attribute="audience") if audience.history %}
        {%- for mapping in fromjson(audience.configuration).mappings %}
            union all
            select
                {{ mailchimp_activation.literal(audience.audience) }},
                {{ mailchimp_activation.literal(mapping.list_id) }},
                email_address
            from {{ audience.history }}
            where dbt_valid_to is null and marketing_consent
        {%- endfor %}
    {%- endfor %}
{% endmacro %}
