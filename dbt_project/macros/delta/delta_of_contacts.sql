{#
    What the contacts of a list are owed. A contact leaves when it was sent, is ours, and no audience
    of the list that may create contacts wants it. A withdrawn consent is told whatever else is true: also when it was the last
    word of somebody who is gone by now, or comes from a person who is here under another address.
#}
{% macro delta_of_contacts(audience, history, mapping, columns) %}
    with

        wanted as ({{ dbt_mailchimp.wanted_contacts(audience, history, mapping) }}),

        ledger as ({{ dbt_mailchimp.audience_ledger(audience, mapping, "contact") }}),

        changes as (
            {{ dbt_mailchimp.address_changes_or_none(audience, history, mapping, columns) }}
        ),

        gone as (

            select ledger.email_address
            from ledger
            left join wanted on ledger.email_address = wanted.email_address
            where ledger.is_managed and wanted.email_address is null

        ),

        wanted_elsewhere as (
            {{ dbt_mailchimp.wanted_by_other_audiences(audience, mapping, "gone", keeping=true) }}
        ),

        gone_versions as (

            select
                history.email_address,
                history.person_id,
                history.marketing_consent,
                row_number() over (
                    partition by history.email_address order by history.dbt_valid_to desc
                ) as place
            from gone
            inner join {{ history }} as history on gone.email_address = history.email_address

        ),

        gone_refusing as (

            select gone_versions.email_address
            from gone_versions
            where
                gone_versions.place = 1
                and (
                    not gone_versions.marketing_consent
                    or gone_versions.person_id in (
                        select wanted.person_id
                        from wanted
                        where wanted.person_id is not null
                        group by wanted.person_id
                        having
                            count(*) = 1
                            and max(case when wanted.marketing_consent then 1 else 0 end) = 0
                    )
                )

        ),

        owed as (

            select
                {{
                    dbt_mailchimp.delta_columns(
                        audience,
                        mapping,
                        "contact",
                        "coalesce(wanted.email_address, ledger.email_address)",
                        "wanted.email_address is not null",
                    )
                }},
                '' as segment,
                changes.previous_email,
                case
                    when gone_refusing.email_address is not null
                    then 'withdraw'
                    when wanted.email_address is null
                    then {{ dbt_mailchimp.literal(mapping.on_leave) }}
                    when not wanted.marketing_consent and ledger.is_managed
                    then 'withdraw'
                    when changes.previous_email is not null
                    then 'change_address'
                    else 'upsert'
                end as action,
                wanted.payload,
                wanted.payload_hash,
                cast(null as varchar) as marketing_permissions,
                {{ dbt_mailchimp.skip_outcome() }},
                wanted_elsewhere.email_address is not null as is_wanted_elsewhere
            from wanted
            full outer join ledger on wanted.email_address = ledger.email_address
            left join wanted_elsewhere on ledger.email_address = wanted_elsewhere.email_address
            left join gone_refusing on ledger.email_address = gone_refusing.email_address
            left join changes on wanted.email_address = changes.email_address

        )

    select {{ dbt_mailchimp.delta_column_list("owed") }}
    from owed
    where
        (
            action in ('upsert', 'change_address')
            and (outcome is not null or confirmed_hash is distinct from payload_hash)
        )
        or action = 'withdraw'
        or (
            action in ('unsubscribe', 'archive')
            and is_managed
            and not pre_existing
            and not is_wanted_elsewhere
            and not exists (
                select 1
                from changes
                where not changes.is_held and changes.previous_email = owed.email_address
            )
        )
{% endmacro %}
