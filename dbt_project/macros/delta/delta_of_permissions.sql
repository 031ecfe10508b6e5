{#
    What the marketing permissions of the contacts are owed, apart from the rest of a contact because
    no bulk call takes them: one call a contact whose permissions changed. The payload has the texts of
    the permissions in the place of their ids, which the loader reads from the list. They stay as they
    are when somebody leaves.
#}
{% macro delta_of_permissions(audience, history, mapping, columns) %}
    with

        people as ({{ mailchimp_activation.wanted_of(audience, history, mapping) }}),

        wanted as (

            select
                email_address,
                person_id,
                marketing_consent,
                invalid_reason,
                '{"marketing_permissions":[' || concat_ws(
                    ','
                    {%- for switch in columns.permissions.switches %}
                        ,
                        {{
                            mailchimp_activation.literal(
                                '{"marketing_permission_id":'
                                ~ mailchimp_activation.json_name(switch)
                                ~ ',"enabled":'
                            )
                        }}
                        || {{ mailchimp_activation.json_value("marketing_permissions", [switch]) }}
                        || '}'
                    {%- endfor %}
                )
                || ']}' as payload,
                md5(marketing_permissions) as payload_hash
            from people
            where marketing_permissions is not null

        ),

        changes as (
            {{ mailchimp_activation.changes_of_address_of(audience, history, mapping, columns) }}
        ),

        ledger as (
            {{
                mailchimp_activation.ledger_after_changes(
                    audience, mapping, "permissions", "changes"
                )
            }}
        ),

        owed as (

            select
                {{
                    mailchimp_activation.delta_columns(
                        audience, mapping, "permissions", "wanted.email_address", "true"
                    )
                }},
                '' as segment,
                changes.old_address,
                'permissions' as action,
                wanted.payload,
                wanted.payload_hash,
                {{ mailchimp_activation.delta_outcome() }},
                wanted.marketing_consent and wanted.invalid_reason is null as is_sendable
            from wanted
            left join ledger on wanted.email_address = ledger.email_address
            left join changes on wanted.email_address = changes.email_address

        )

    select {{ mailchimp_activation.column_list("owed") }}
    from owed
    where
        (confirmed is null or confirmed <> payload_hash)
        {%- if mapping.contacts == "none" and not mapping.segment and not columns.tags %}
            and (is_sendable or outcome is not null)
        {%- else %} and is_sendable
        {%- endif %}
{% endmacro %}
