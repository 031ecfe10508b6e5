{#
    Nobody who does not consent, and nobody invalid, is offered to a list, a segment or a tag, or has
    permissions told; and whoever was sent and does not consent any more is about to be withdrawn.
    Permissions stay as they are then. Tags are looked at while somebody here has one: the audience
    may have given up the column.
#}
{% test mailchimp_consent_is_a_gate(model) %}
    {%- if execute -%}
        {%- set node = mailchimp_activation.audience_of(model) -%}
        {%- set places = [] -%}
        {%- for mapping in mailchimp_activation.audience_mappings(node) -%}
            {%- set list_id = mailchimp_activation.literal(mapping.list_id) -%}
            {%- set segments = {
                "contact": "''" if mapping.contacts != "none",
                "segment": mailchimp_activation.literal(mapping.segment) if mapping.segment,
                "tag": "ledger.segment",
            } -%}
            {%- for kind, segment in segments.items() if segment -%}
                {%- do places.append("(" ~ list_id ~ ", '" ~ kind ~ "', " ~ segment ~ ")") -%}
            {%- endfor -%}
        {%- endfor -%}
        with

            delta as (select * from {{ mailchimp_activation.beside(model, "__delta", "view") }}),

            current_contacts as ({{ mailchimp_activation.contacts_of(model) }}),

            offered as (

                select
                    delta.list_id,
                    delta.kind,
                    delta.segment,
                    delta.email_address,
                    'offered' as problem
                from delta
                inner join current_contacts on delta.email_address = current_contacts.email_address
                where
                    delta.outcome is null
                    and delta.action
                    in ('upsert', 'change_address', 'segment_add', 'tag_add', 'permissions')
                    and (
                        not current_contacts.marketing_consent
                        or current_contacts.invalid_reason is not null
                    )

            ),

            kept as (

                select
                    ledger.list_id,
                    ledger.kind,
                    ledger.segment,
                    ledger.email_address,
                    'kept' as problem
                from {{ mailchimp_activation.loader_relation("loader_ledger") }} as ledger
                inner join current_contacts on ledger.email_address = current_contacts.email_address
                left join
                    delta
                    on ledger.list_id = delta.list_id
                    and ledger.kind = delta.kind
                    and ledger.segment = delta.segment
                    and ledger.email_address = delta.email_address
                    and delta.action in ('withdraw', 'segment_remove', 'tag_remove')
                where
                    ledger.audience
                    = {{ mailchimp_activation.literal(mailchimp_activation.audience_name(node)) }}
                    and ledger.sent
                    and not current_contacts.marketing_consent
                    and delta.email_address is null
                    and (ledger.list_id, ledger.kind, ledger.segment) in ({{ places | join(", ") }})
                    and (
                        ledger.kind <> 'tag'
                        or exists (select 1 from current_contacts where tags is not null)
                    )

            )

        select *
        from offered
        union all
        select *
        from kept
    {%- endif -%}
{% endtest %}
