{#
    The history of an audience is one line of time a contact: no two rows of one address are valid at
    the same moment, none ends before it begins, and those that are open are the current contacts.
#}
{% test mailchimp_history_is_whole(model) %}
    {%- if execute -%}
        {%- do mailchimp_activation.audience_of(model) -%}
        {%- set history = mailchimp_activation.beside(model, "__history", "table") -%}
        with

            history as (

                select
                    email_address,
                    payload_hash,
                    dbt_valid_from,
                    dbt_valid_to,
                    lead(dbt_valid_from) over (
                        partition by email_address
                        order by dbt_valid_from, coalesce(dbt_valid_to, timestamp '9999-12-31')
                    ) as next_valid_from
                from {{ history }}

            ),

            broken_lines as (

                select email_address, 'valid twice' as problem
                from history
                where
                    next_valid_from < dbt_valid_to
                    or (dbt_valid_to is null and next_valid_from is not null)

                union all

                select email_address, 'ends before it begins' as problem
                from history
                where dbt_valid_to < dbt_valid_from

            ),

            open_rows as (select * from history where dbt_valid_to is null),

            strangers as (

                select
                    coalesce(
                        current_contacts.email_address, open_rows.email_address
                    ) as email_address,
                    'current is not open' as problem
                from {{ model }} as current_contacts
                full outer join
                    open_rows
                    on current_contacts.email_address = open_rows.email_address
                    and current_contacts.payload_hash = open_rows.payload_hash
                where current_contacts.email_address is null or open_rows.email_address is null

            )

        select *
        from broken_lines
        union all
        select *
        from strangers
    {%- endif -%}
{% endtest %}
