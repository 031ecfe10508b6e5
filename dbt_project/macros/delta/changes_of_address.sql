{#
    People whose address changed, as SQL: one row a person, with the address that this audience has on
    the list and the address that it wants now. The contact is told its new address, and keeps its
    history in Mailchimp. That needs a person_id; an old address that nobody wants any more; and a
    contact there that gets mail, or whose owner unsubscribed it, which must not be got round. A
    bounced, archived or unconfirmed contact stays behind.
#}
{% macro changes_of_address(audience, history, mapping) %}
    {%- set statuses = ["subscribed", "unsubscribed"] -%}
    {%- if mapping.status_if_new == "transactional" -%}
        {%- do statuses.append("transactional") -%}
    {%- endif -%}
    with

        told as ({{ mailchimp_activation.ledger_of(audience, mapping, "contact") }}),

        present as (

            select
                email_address,
                person_id,
                marketing_consent,
                marketing_consent and invalid_reason is null as is_valid
            from {{ history }}
            where dbt_valid_to is null

        ),

        gone as (

            select told.email_address
            from told
            left join present on told.email_address = present.email_address
            where told.sent and present.email_address is null

        ),

        left_behind as (

            select
                gone.email_address,
                history.person_id,
                history.marketing_consent,
                history.dbt_valid_to as left_at,
                row_number() over (
                    partition by gone.email_address order by history.dbt_valid_to desc
                ) as place
            from gone
            inner join {{ history }} as history on gone.email_address = history.email_address

        ),

        candidates as (

            select
                left_behind.email_address as old_address,
                present.email_address,
                row_number() over (
                    partition by present.person_id
                    order by
                        left_behind.left_at desc, left_behind.email_address, present.email_address
                ) as place
            from left_behind
            inner join present on left_behind.person_id = present.person_id and present.is_valid
            inner join
                {{ mailchimp_activation.loader_relation("mailchimp_members") }} as members
                on left_behind.email_address = members.email_address
            left join told on present.email_address = told.email_address and told.sent
            left join
                ({{ mailchimp_activation.wanted_elsewhere(audience, mapping) }}) as elsewhere
                on left_behind.email_address = elsewhere.email_address
            where
                left_behind.place = 1
                -- whose last word was a refusal is withdrawn, and so is who refuses elsewhere
                and left_behind.marketing_consent
                and left_behind.person_id not in (
                    select present.person_id
                    from present
                    where present.person_id is not null and not present.marketing_consent
                )
                and members.list_id = {{ mailchimp_activation.literal(mapping.list_id) }}
                and members.status in ('{{ statuses | join("', '") }}')
                and told.email_address is null
                and elsewhere.email_address is null

        )

    select old_address, email_address
    from candidates
    where place = 1
{% endmacro %}

{# The same, or nobody where the audience does not say who a person is. #}
{% macro changes_of_address_of(audience, history, mapping, columns) %}
    {%- if columns.person_id and mapping.contacts != "none" -%}
        {{ mailchimp_activation.changes_of_address(audience, history, mapping) }}
    {%- else -%}
        select cast(null as varchar) as old_address, cast(null as varchar) as email_address
        where 1 = 0
    {%- endif -%}
{% endmacro %}

{#
    The rows of the ledger for memberships or permissions, as they are when the changes of address
    have been told: those of an old address count for the new one.
#}
{% macro ledger_after_changes(audience, mapping, kind, changes) %}
    select
        {%- for name in mailchimp_activation.loader_tables().loader_ledger.keys() %}
            {%- if name == "email_address" %}
                coalesce(changes.email_address, ledger.email_address) as email_address
            {%- else %} ledger.{{ name }}
            {%- endif %} {{ "," if not loop.last }}
        {%- endfor %}
    from ({{ mailchimp_activation.ledger_of(audience, mapping, kind) }}) as ledger
    left join {{ changes }} as changes on ledger.email_address = changes.old_address
    where ledger.email_address not in (select email_address from {{ changes }})
{% endmacro %}
