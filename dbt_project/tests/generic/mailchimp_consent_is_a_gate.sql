{#
    Nobody who does not consent, and nobody invalid, is offered to a list or a segment; and whoever
    was sent and does not consent any more is about to be withdrawn.
#}
{% test mailchimp_consent_is_a_gate(model) %}
    {%- if execute -%}
        {%- set node = mailchimp_activation.audience_of(model) -%}
        {%- set places = [] -%}
        {%- for mapping in mailchimp_activation.audience_mappings(node) -%}
            {%- set list_id = mailchimp_activation.literal(mapping.list_id) -%}
            {%- for segment in ["" if mapping.contacts != "none" else none, mapping.segment] -%}
                {%- if segment is not none -%}
                    {%- set segment = mailchimp_activation.literal(segment) -%}
                    {%- do places.append("(" ~ list_id ~ ", " ~ segment ~ ")") -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        with

            delta as (select * from {{ mailchimp_activation.beside(model, "__delta", "view") }}),

            current_contacts as (select * from {{ model }}),

            offered as (

                select delta.list_id, delta.segment, delta.email_address, 'offered' as problem
                from delta
                inner join current_contacts on delta.email_address = current_contacts.email_address
                where
                    delta.outcome is null
                    and delta.action in ('upsert', 'segment_add')
                    and (
                        not current_contacts.marketing_consent
                        or current_contacts.invalid_reason is not null
                    )

            ),

            kept as (

                select ledger.list_id, ledger.segment, ledger.email_address, 'kept' as problem
                from {{ mailchimp_activation.loader_relation("loader_ledger") }} as ledger
                inner join current_contacts on ledger.email_address = current_contacts.email_address
                left join
                    delta
                    on ledger.list_id = delta.list_id
                    and ledger.segment = delta.segment
                    and ledger.email_address = delta.email_address
                    and delta.action in ('withdraw', 'segment_remove')
                where
                    ledger.audience = {{ mailchimp_activation.literal(node.name) }}
                    and ledger.sent
                    and not current_contacts.marketing_consent
                    and delta.email_address is null
                    and (ledger.list_id, ledger.segment) in ({{ places | join(", ") }})

            )

        select *
        from offered
        union all
        select *
        from kept
    {%- endif -%}
{% endtest %}
