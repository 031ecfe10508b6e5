{#
    What the marketing permissions of the contacts are owed, apart from the rest of a contact because
    no bulk call takes them: one call a contact, with those that differ from what was confirmed. What
    somebody switched off in Mailchimp is not switched on again by another that changed. Who refuses
    consent is still told what they do not permit, when they were told of before. The payload has the
    texts of the permissions in the place of their ids, which the loader reads from the list. They stay
    as they are when somebody leaves.
#}
{% macro delta_of_permissions(audience, history, mapping, columns) %}
    with

        people as ({{ dbt_mailchimp.wanted_contacts(audience, history, mapping) }}),

        changes as (
            {{ dbt_mailchimp.address_changes_or_none(audience, history, mapping, columns) }}
        ),

        ledger as (
            {{
                dbt_mailchimp.ledger_with_new_addresses(
                    audience, mapping, "permissions", "changes"
                )
            }}
        ),

        compared as (

            select
                people.*,
                ledger.confirmed_permissions as known,
                coalesce(ledger.is_managed, false) as is_told
            from people
            left join ledger on people.email_address = ledger.email_address
            where people.marketing_permissions is not null

        ),

        wanted as (

            select
                email_address,
                person_id,
                marketing_consent,
                invalid_reason,
                md5(marketing_permissions) as payload_hash,
                marketing_permissions,
                marketing_consent and invalid_reason is null as is_sendable,
                concat_ws(
                    ','
                    {%- for switch in columns.permissions.switches %}
                        {%- set value = dbt_mailchimp.json_value(
                            "marketing_permissions", [switch]
                        ) %}
                        {%- set known = dbt_mailchimp.json_value("known", [switch]) %},
                        case
                            when
                                {{ value }} is distinct from {{ known }}
                                and (
                                    (marketing_consent and invalid_reason is null)
                                    or {{ value }} = 'false'
                                )
                            then
                                {{
                                    dbt_mailchimp.literal(
                                        '{"marketing_permission_id":'
                                        ~ dbt_mailchimp.quote_json_key(switch)
                                        ~ ',"enabled":'
                                    )
                                }} || {{ value }} || '}'
                        end
                    {%- endfor %}
                ) as told
            from compared
            where (marketing_consent and invalid_reason is null) or is_told

        ),

        unsendable as (

            select *
            from people
            where
                marketing_permissions is not null
                and not (marketing_consent and invalid_reason is null)

        ),

        owed as (

            select
                {{
                    dbt_mailchimp.delta_columns(
                        audience, mapping, "permissions", "wanted.email_address", "true"
                    )
                }},
                '' as segment,
                changes.previous_email,
                'permissions' as action,
                '{"marketing_permissions":[' || wanted.told || ']}' as payload,
                wanted.payload_hash,
                wanted.marketing_permissions,
                cast(null as varchar) as outcome,
                cast(null as varchar) as reason_code,
                cast(null as varchar) as message
            from wanted
            left join ledger on wanted.email_address = ledger.email_address
            left join changes on wanted.email_address = changes.email_address
            where wanted.told <> ''
            {%- if mapping.contacts == "none" and not mapping.segment and not columns.tags %}

                union all

                select
                    {{
                        dbt_mailchimp.delta_columns(
                            audience, mapping, "permissions", "wanted.email_address", "true"
                        )
                    }},
                    '' as segment,
                    cast(null as varchar) as previous_email,
                    'permissions' as action,
                    cast(null as varchar) as payload,
                    md5(wanted.marketing_permissions) as payload_hash,
                    wanted.marketing_permissions,
                    {{ dbt_mailchimp.skip_outcome() }}
                from unsendable as wanted
                left join ledger on wanted.email_address = ledger.email_address
                where not coalesce(ledger.is_managed, false)
            {%- endif %}

        )

    select {{ dbt_mailchimp.delta_column_list("owed") }}
    from owed
{% endmacro %}
