{#
    The history of an audience is one line of time a contact: no two rows of one address are valid at
    the same moment, none ends before it begins, and those that are open are the contacts of the
    audience: the rows of its relation.
#}
{% test mailchimp_history_has_no_gaps(model) %}
    {%- if execute -%}
        {%- do dbt_mailchimp.audience_node(model) -%}
        {%- set history = dbt_mailchimp.audience_relation(model, "__history", "table") -%}
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

            selected as (

                select
                    coalesce(
                        {{ dbt_mailchimp.normalise_address("email_address") }}, '(none)'
                    ) as email_address,
                    count(*) as contacts
                from {{ model }}
                group by 1

            ),

            kept as (

                select
                    case
                        when email_address like '(none) %' then '(none)' else email_address
                    end as email_address,
                    count(*) as contacts
                from open_rows
                group by 1

            ),

            strangers as (

                select
                    coalesce(selected.email_address, kept.email_address) as email_address,
                    'the open rows are not the contacts' as problem
                from selected
                full outer join kept on selected.email_address = kept.email_address
                where selected.contacts is distinct from kept.contacts

            )

        select *
        from broken_lines
        union all
        select *
        from strangers
    {%- endif -%}
{% endtest %}
