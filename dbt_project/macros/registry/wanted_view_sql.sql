{#
    Who wants whom: one row an audience, list and contact that is wanted with consent, and whether
    the audience may create contacts: one that may not keeps nobody on the list. Audiences that are
    switched off or could not be built keep wanting what they wanted; one that was removed wants whom
    it has sent, until `loader retire`. Takes the rows of the registry.
#}
{% macro wanted_view_sql(audiences) %}
    select
        cast(null as varchar) as audience,
        cast(null as varchar) as list_id,
        cast(null as varchar) as email_address,
        cast(null as boolean) as may_create
    where 1 = 0
    {%- for audience in audiences | sort(attribute="audience") if audience.history %}
        {%- for mapping in fromjson(audience.configuration).mappings %}
            union all
            select
                {{ dbt_mailchimp.literal(audience.audience) }},
                {{ dbt_mailchimp.literal(mapping.list_id) }},
                email_address,
                {{ "true" if mapping.contacts in ["upsert", "create"] else "false" }}
            from {{ audience.history }}
            where
                dbt_valid_to is null and marketing_consent
                {%- if audience.status == "removed" %}
                    and email_address in (
                        select email_address
                        from {{ dbt_mailchimp.loader_relation("loader_ledger") }}
                        where
                            list_id = {{ dbt_mailchimp.literal(mapping.list_id) }}
                            and audience = {{ dbt_mailchimp.literal(audience.audience) }}
                            and is_managed
                    )
                {%- endif %}
        {%- endfor %}
    {%- endfor %}
{% endmacro %}
