{#
    What the tags of an audience are owed: whoever it wants has the tags that stand in its row, and
    loses those that it named and that stand there no more. Tags that it never named stay as they are.
    Mailchimp compares names without regard to case, so the place of a tag is its name in lower case.
    A name that no tag can have costs that tag alone.
    As for a segment, somebody whose row became invalid keeps them.
#}
{% macro delta_of_tags(audience, history, mapping, columns) %}
    with

        people as ({{ dbt_mailchimp.wanted_contacts(audience, history, mapping) }}),

        changes as (
            {{ dbt_mailchimp.address_changes_or_none(audience, history, mapping, columns) }}
        ),

        ledger as (
            {{ dbt_mailchimp.ledger_with_new_addresses(audience, mapping, "tag", "changes") }}
        ),

        named as (

            select people.email_address, {{ dbt_mailchimp.unnest_names("people.tags") }} as tag
            from people
            where people.tags is not null

        ),

        tagged as (

            select
                email_address,
                {{ dbt_mailchimp.name_key("tag") }} as segment,
                {{ dbt_mailchimp.first_text("tag") }} as tag,
                case
                    when
                        length({{ dbt_mailchimp.first_text("tag") }})
                        > {{ dbt_mailchimp.max_name_length() }}
                    then 'a tag of more than {{ dbt_mailchimp.max_name_length() }} characters'
                end as fault
            from named
            group by email_address, {{ dbt_mailchimp.name_key("tag") }}

        ),

        wanted as (

            select
                people.email_address,
                people.person_id,
                people.marketing_consent,
                coalesce(people.invalid_reason, tagged.fault) as invalid_reason,
                case
                    when people.invalid_reason is not null
                    then people.invalid_code
                    when tagged.fault is not null
                    then 'tag_too_long'
                end as invalid_code,
                people.invalid_reason is null and tagged.fault is not null as is_faulty,
                tagged.segment,
                tagged.tag
            from tagged
            inner join people on tagged.email_address = people.email_address

        ),

        selected as (select email_address from people),

        owed as (

            select
                {{
                    dbt_mailchimp.delta_columns(
                        audience,
                        mapping,
                        "tag",
                        "coalesce(wanted.email_address, ledger.email_address)",
                        "selected.email_address is not null",
                    )
                }},
                coalesce(wanted.segment, ledger.segment) as segment,
                changes.previous_email,
                case
                    when wanted.email_address is null
                    then 'tag_remove'
                    when not wanted.marketing_consent and ledger.is_managed
                    then 'tag_remove'
                    else 'tag_add'
                end as action,
                wanted.tag as payload,
                {{ dbt_mailchimp.membership_hash() }} as payload_hash,
                cast(null as varchar) as marketing_permissions,
                wanted.is_faulty,
                {{ dbt_mailchimp.skip_outcome() }}
            from wanted
            full outer join
                ledger
                on wanted.email_address = ledger.email_address
                and wanted.segment = ledger.segment
            left join
                selected
                on coalesce(wanted.email_address, ledger.email_address) = selected.email_address
            left join
                changes
                on coalesce(wanted.email_address, ledger.email_address) = changes.email_address

        )

    select {{ dbt_mailchimp.delta_column_list("owed") }}
    from owed
    where
        (action = 'tag_remove' and is_managed)
        or (
            action = 'tag_add' and confirmed_hash is distinct from payload_hash
            {%- if mapping.contacts != "none" or mapping.segment %}
                and (outcome is null or (outcome = 'invalid' and is_faulty))
            {%- endif %}
        )
{% endmacro %}
