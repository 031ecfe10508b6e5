{#
    One row a contact of the rows that an audience has selected, as SQL: its key, the payload and its
    md5, and what is said of the contact.
#}
{% macro audience_contacts(rows, columns, mappings) %}
    {%- set rules = mappings[0] -%}
    with

        loader_payloads as (

            select
                loader_selected.*,
                {{ dbt_mailchimp.audience_payload(columns, rules.nulls) }} as loader_payload,
                {{ dbt_mailchimp.audience_tags(columns) }} as loader_tags,
                {{ dbt_mailchimp.audience_permissions(columns) }} as loader_permissions,
                {{ dbt_mailchimp.audience_invalid(columns) }} as loader_invalid
            from {{ rows }} as loader_selected
            where {{ dbt_mailchimp.is_contact_row() }}

        )

    select
        case
            when loader_place > 1
            then replace(loader_contact, '(none) ', '(none) row ' || loader_place || ' of ')
            else loader_contact
        end as email_address,
        loader_person as person_id,
        loader_payload as payload,
        md5(loader_payload) as payload_hash,
        loader_tags as tags,
        loader_permissions as marketing_permissions,
        loader_all_consent = 1 as marketing_consent,
        {% if rules.duplicates == "skip" -%}
            case
                when loader_dropped_rows > 0
                then '{{ dbt_mailchimp.invalid_reasons().duplicate_address }}'
                else loader_invalid
            end
        {%- else -%} loader_invalid
        {%- endif %} as invalid_reason,
        loader_dropped_rows as dropped_rows
    from loader_payloads
{% endmacro %}
