{#
    Whoever is in an audience is confirmed by Mailchimp with this payload, or stands in the delta; the
    same goes for the membership of everybody in its segment who consents and can be sent.
#}
{% test mailchimp_nobody_is_forgotten(model) %}
    {%- if execute -%}
        {%- set node = mailchimp_activation.audience_of(model) -%}
        with

            wanted as (

                {%- for mapping in mailchimp_activation.audience_mappings(node) %}
                    {%- set list_id = mailchimp_activation.literal(mapping.list_id) %}
                    {%- if mapping.contacts != "none" %}
                        select {{ list_id }} as list_id, '' as segment, email_address, payload_hash
                        from {{ model }}
                    {%- endif %}
                    {%- if mapping.contacts != "none" and mapping.segment %}
                        union all
                    {%- endif %}
                    {%- if mapping.segment %}
                        select
                            {{ list_id }} as list_id,
                            {{ mailchimp_activation.literal(mapping.segment) }} as segment,
                            email_address,
                            'member' as payload_hash
                        from {{ model }}
                        where
                            marketing_consent
                            and invalid_reason is null
                            and email_address not in (
                                select email_address
                                from {{ mailchimp_activation.loader_relation("loader_conflicts") }}
                                where
                                    list_id = {{ list_id }}
                                    and audience = {{ mailchimp_activation.literal(node.name) }}
                            )
                    {%- endif %}
                    {%- if not loop.last %}
                        union all
                    {%- endif %}
                {%- endfor %}

            ),

            accounted_for as (

                select list_id, segment, email_address, payload_hash
                from {{ mailchimp_activation.beside(model, "__delta", "view") }}

                union all

                select list_id, segment, email_address, confirmed as payload_hash
                from {{ mailchimp_activation.loader_relation("loader_ledger") }}
                where audience = {{ mailchimp_activation.literal(node.name) }}

            )

        select wanted.*
        from wanted
        left join
            accounted_for
            on wanted.list_id = accounted_for.list_id
            and wanted.segment = accounted_for.segment
            and wanted.email_address = accounted_for.email_address
            and wanted.payload_hash = accounted_for.payload_hash
        where accounted_for.email_address is null
    {%- endif -%}
{% endtest %}
