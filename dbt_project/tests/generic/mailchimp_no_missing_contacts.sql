{#
    Whoever is in an audience is confirmed by Mailchimp with this payload, or stands in the delta; the
    same goes for the segment, the tags and the marketing permissions of everybody who consents and
    can be sent. What is confirmed for an old address counts for the new one while the change of
    address is in the delta.
#}
{% test mailchimp_no_missing_contacts(model) %}
    {%- if execute -%}
        {%- set node = dbt_mailchimp.audience_node(model) -%}
        with

            delta as (
                select * from {{ dbt_mailchimp.audience_relation(model, "__delta", "view") }}
            ),

            ledger as (

                select *
                from {{ dbt_mailchimp.loader_relation("loader_ledger") }}
                where audience = {{ dbt_mailchimp.literal(dbt_mailchimp.audience_name(node)) }}

            ),

            eligible as (

                select lists.list_id, current_contacts.*
                from ({{ dbt_mailchimp.current_contacts(model) }}) as current_contacts
                cross join
                    (
                        {%- for mapping in dbt_mailchimp.audience_mappings(node) %}
                            select {{ dbt_mailchimp.literal(mapping.list_id) }} as list_id
                            {%- if not loop.last %}
                                union all
                            {%- endif %}
                        {%- endfor %}
                    ) as lists
                left join
                    {{ dbt_mailchimp.loader_relation("loader_conflicts") }} as conflicts
                    on conflicts.audience
                    = {{ dbt_mailchimp.literal(dbt_mailchimp.audience_name(node)) }}
                    and lists.list_id = conflicts.list_id
                    and current_contacts.email_address = conflicts.email_address
                where
                    current_contacts.marketing_consent
                    and current_contacts.invalid_reason is null
                    and conflicts.email_address is null

            ),

            tagged as (

                select list_id, email_address, {{ dbt_mailchimp.unnest_names("tags") }} as tag
                from eligible
                where tags is not null

            ),

            wanted as (

                {%- for mapping in dbt_mailchimp.audience_mappings(node) %}
                    {%- set list_id = dbt_mailchimp.literal(mapping.list_id) %}
                    {%- if mapping.contacts != "none" %}
                        select
                            {{ list_id }} as list_id,
                            'contact' as kind,
                            '' as segment,
                            email_address,
                            payload_hash
                        from ({{ dbt_mailchimp.current_contacts(model) }}) as current_contacts
                        union all
                    {%- endif %}
                    {%- if mapping.segment %}
                        select
                            list_id,
                            'segment' as kind,
                            {{ dbt_mailchimp.literal(mapping.segment) }} as segment,
                            email_address,
                            {{ dbt_mailchimp.membership_hash() }} as payload_hash
                        from eligible
                        where list_id = {{ list_id }}
                        union all
                    {%- endif %}
                {%- endfor %}
                select
                    list_id,
                    'tag' as kind,
                    {{ dbt_mailchimp.name_key("tag") }} as segment,
                    email_address,
                    {{ dbt_mailchimp.membership_hash() }} as payload_hash
                from tagged
                union all
                select
                    list_id,
                    'permissions' as kind,
                    '' as segment,
                    email_address,
                    md5(marketing_permissions) as payload_hash
                from eligible
                where marketing_permissions is not null

            ),

            accounted_for as (

                select list_id, kind, segment, email_address, payload_hash
                from delta

                union all

                select list_id, kind, segment, email_address, confirmed_hash as payload_hash
                from ledger

                union all

                select
                    ledger.list_id,
                    ledger.kind,
                    ledger.segment,
                    delta.email_address,
                    ledger.confirmed_hash as payload_hash
                from ledger
                inner join
                    delta
                    on ledger.list_id = delta.list_id
                    and ledger.email_address = delta.previous_email
                    and delta.action = 'change_address'
                where ledger.kind <> 'contact'

            )

        select wanted.*
        from wanted
        left join
            accounted_for
            on wanted.list_id = accounted_for.list_id
            and wanted.kind = accounted_for.kind
            and wanted.segment = accounted_for.segment
            and wanted.email_address = accounted_for.email_address
            and wanted.payload_hash = accounted_for.payload_hash
        where accounted_for.email_address is null
    {%- endif -%}
{% endtest %}
