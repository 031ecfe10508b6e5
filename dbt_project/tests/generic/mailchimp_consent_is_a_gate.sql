{#
    Nobody who does not consent, and nobody invalid, is offered to a list, a segment or a tag, or has
    permissions told; and whoever was sent and does not consent any more is about to be withdrawn.
    Permissions stay as they are then. Tags are looked at while somebody here has one: the audience
    may have given up the column.
#}
{% test mailchimp_consent_is_a_gate(model) %}
    {%- if execute -%}
        {%- set node = dbt_mailchimp.audience_node(model) -%}
        {%- set places = [] -%}
        {%- for mapping in dbt_mailchimp.audience_mappings(node) -%}
            {%- set list_id = dbt_mailchimp.literal(mapping.list_id) -%}
            {%- set segments = {
                "contact": "''" if mapping.contacts != "none",
                "segment": dbt_mailchimp.literal(mapping.segment) if mapping.segment,
                "tag": "ledger.segment",
            } -%}
            {%- for kind, segment in segments.items() if segment -%}
                {%- do places.append("(" ~ list_id ~ ", '" ~ kind ~ "', " ~ segment ~ ")") -%}
            {%- endfor -%}
        {%- endfor -%}
        with

            delta as (
                select * from {{ dbt_mailchimp.audience_relation(model, "__delta", "view") }}
            ),

            current_contacts as ({{ dbt_mailchimp.current_contacts(model) }}),

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
                from {{ dbt_mailchimp.loader_relation("loader_ledger") }} as ledger
                inner join current_contacts on ledger.email_address = current_contacts.email_address
                left join
                    delta
                    on ledger.list_id = delta.list_id
                    and ledger.kind = delta.kind
                    and ledger.segment = delta.segment
                    and ledger.email_address = delta.email_address
                    and delta.action in ('withdraw', 'segment_remove', 'tag_remove')
                where
                    ledger.audience = {{ dbt_mailchimp.literal(dbt_mailchimp.audience_name(node)) }}
                    and ledger.is_managed
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
