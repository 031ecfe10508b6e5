{#
    People whose address changed, as SQL: one row a person, with the address that they had and the one
    that they have now. Where this audience has a contact of theirs on the list that gets mail, it is
    told the new address, and keeps its history in Mailchimp. Where they unsubscribed under the old
    one, whoever had put it on the list, the new one `is_held`: that must not be got round. Who they are
    says person_id, when it stands in one row only; an old address that somebody still wants stays as it
    is, and so does a bounced, archived or unconfirmed contact. Of a new address that the list has
    already it is said once that it is rejected; then it is a contact like others.
#}
{% macro address_changes(audience, history, mapping) %}
    {%- set kept = ["subscribed"] -%}
    {%- if mapping.status_if_new == "transactional" -%}
        {%- do kept.append("transactional") -%}
    {%- endif -%}
    {%- set list_id = dbt_mailchimp.literal(mapping.list_id) -%}
    with

        told as ({{ dbt_mailchimp.audience_ledger(audience, mapping, "contact") }}),

        members as (

            select email_address, status
            from {{ dbt_mailchimp.loader_relation("mailchimp_members") }}
            where list_id = {{ list_id }}

        ),

        present as (

            select
                email_address,
                person_id,
                marketing_consent,
                marketing_consent and invalid_reason is null as is_valid,
                count(*) over (partition by person_id) as rows_of_person
            from {{ history }}
            where dbt_valid_to is null

        ),

        versions as (

            select
                history.email_address,
                history.person_id,
                history.marketing_consent,
                history.dbt_valid_to as left_at,
                row_number() over (
                    partition by history.email_address order by history.dbt_valid_to desc
                ) as place
            from {{ history }} as history
            left join present on history.email_address = present.email_address
            where present.email_address is null and history.person_id is not null

        ),

        left_behind as (

            select
                versions.email_address,
                versions.person_id,
                versions.left_at,
                members.status = 'unsubscribed' as is_held
            from versions
            inner join members on versions.email_address = members.email_address
            left join told on versions.email_address = told.email_address
            left join
                (
                    {{ dbt_mailchimp.wanted_by_other_audiences(audience, mapping, "versions") }}
                ) as elsewhere
                on versions.email_address = elsewhere.email_address
            where
                versions.place = 1
                and (
                    members.status = 'unsubscribed'
                    -- whose last word was a refusal is withdrawn
                    or (
                        told.is_managed
                        and versions.marketing_consent
                        and members.status in ('{{ kept | join("', '") }}')
                        and elsewhere.email_address is null
                    )
                )

        ),

        candidates as (

            select
                left_behind.email_address as previous_email,
                present.email_address,
                left_behind.is_held,
                row_number() over (
                    partition by present.person_id
                    order by
                        left_behind.is_held desc,
                        left_behind.left_at desc,
                        left_behind.email_address
                ) as place
            from left_behind
            inner join
                present
                on left_behind.person_id = present.person_id
                and present.is_valid
                and present.rows_of_person = 1
            left join told on present.email_address = told.email_address
            left join members as holder on present.email_address = holder.email_address
            where
                not coalesce(told.is_managed, false)
                and (
                    holder.email_address is null
                    or not (
                        left_behind.is_held
                        or coalesce(
                            told.action = 'change_address' and told.outcome = 'rejected', false
                        )
                    )
                )

        )

    select previous_email, email_address, is_held
    from candidates
    where place = 1
{% endmacro %}

{#
    The same, or nobody where the audience does not say who a person is, or leaves alone who is on the
    list.
#}
{% macro address_changes_or_none(audience, history, mapping, columns) %}
    {%- if columns.person_id and mapping.contacts in ["upsert", "update"] -%}
        {{ dbt_mailchimp.address_changes(audience, history, mapping) }}
    {%- else -%}
        select
            cast(null as varchar) as previous_email,
            cast(null as varchar) as email_address,
            false as is_held
        where 1 = 0
    {%- endif -%}
{% endmacro %}

{#
    The rows of the ledger for memberships or permissions, as they are when the changes of address
    have been told: those of an old address count for the new one.
#}
{% macro ledger_with_new_addresses(audience, mapping, kind, changes) %}
    select
        {%- for name in dbt_mailchimp.loader_tables().loader_ledger.keys() %}
            {%- if name == "email_address" %}
                coalesce(changes.email_address, ledger.email_address) as email_address
            {%- else %} ledger.{{ name }}
            {%- endif %} {{ "," if not loop.last }}
        {%- endfor %}
    from ({{ dbt_mailchimp.audience_ledger(audience, mapping, kind) }}) as ledger
    left join
        {{ changes }} as changes
        on ledger.email_address = changes.previous_email
        and not changes.is_held
    where
        not exists (
            select 1
            from {{ changes }} as told
            where not told.is_held and told.email_address = ledger.email_address
        )
{% endmacro %}
