{#
    What the segment of an audience is owed: everybody wanted, valid and consenting is in it, and
    nobody else whom this audience put there. Somebody whose row became invalid stays in. Why a
    person is not put in is said here only where no row of the contact itself says it.
#}
{% macro delta_of_segment(audience, history, mapping, columns) %}
    with

        wanted as ({{ dbt_mailchimp.wanted_contacts(audience, history, mapping) }}),

        changes as (
            {{ dbt_mailchimp.address_changes_or_none(audience, history, mapping, columns) }}
        ),

        ledger as (
            {{ dbt_mailchimp.ledger_with_new_addresses(audience, mapping, "segment", "changes") }}
        ),

        owed as (

            select
                {{
                    dbt_mailchimp.delta_columns(
                        audience,
                        mapping,
                        "segment",
                        "coalesce(wanted.email_address, ledger.email_address)",
                        "wanted.email_address is not null",
                    )
                }},
                {{ dbt_mailchimp.literal(mapping.segment) }} as segment,
                changes.previous_email,
                case
                    when wanted.email_address is null
                    then 'segment_remove'
                    when not wanted.marketing_consent and ledger.is_managed
                    then 'segment_remove'
                    else 'segment_add'
                end as action,
                cast(null as varchar) as payload,
                {{ dbt_mailchimp.membership_hash() }} as payload_hash,
                cast(null as varchar) as marketing_permissions,
                {{ dbt_mailchimp.skip_outcome() }}
            from wanted
            full outer join ledger on wanted.email_address = ledger.email_address
            left join changes on wanted.email_address = changes.email_address

        )

    select {{ dbt_mailchimp.delta_column_list("owed") }}
    from owed
    where
        (action = 'segment_remove' and is_managed)
        or (
            action = 'segment_add' and confirmed_hash is distinct from payload_hash
            {%- if mapping.contacts != "none" %} and outcome is null {%- endif %}
        )
{% endmacro %}
