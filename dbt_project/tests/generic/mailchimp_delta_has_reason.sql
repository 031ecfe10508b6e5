{#
    Every row of a delta is there for a reason: it is something to send that is not confirmed yet, or
    it says why it is not sent. No contact and place is in it twice, and an address that changes is
    one that this audience does not want any more.
#}
{% test mailchimp_delta_has_reason(model) %}
    {%- if execute -%}
        {%- do dbt_mailchimp.audience_node(model) -%}
        {%- set sends = "('upsert', 'change_address', 'segment_add', 'tag_add', 'permissions')" -%}
        with

            delta as (
                select * from {{ dbt_mailchimp.audience_relation(model, "__delta", "view") }}
            ),

            unexplained as (

                select list_id, kind, segment, email_address, 'no reason' as problem
                from delta
                where
                    outcome is not null
                    and (outcome not in ('held', 'invalid') or reason_code is null)

                union all

                select list_id, kind, segment, email_address, 'nothing to send' as problem
                from delta
                where
                    outcome is null
                    and action in {{ sends }}
                    and (payload_hash is null or (payload is null and action <> 'segment_add'))

                union all

                select list_id, kind, segment, email_address, 'confirmed already' as problem
                from delta
                where outcome is null and action in {{ sends }} and confirmed_hash = payload_hash

                union all

                select list_id, kind, segment, email_address, 'was never there' as problem
                from delta
                where action not in {{ sends }} and not is_managed

                union all

                select list_id, kind, segment, email_address, 'is not ours' as problem
                from delta
                where action in ('unsubscribe', 'archive') and pre_existing

                union all

                select list_id, kind, segment, email_address, 'has not changed' as problem
                from delta
                where
                    action = 'change_address'
                    and (
                        previous_email is null
                        or previous_email in (
                            select email_address
                            from ({{ dbt_mailchimp.current_contacts(model) }}) as current_contacts
                        )
                    )

                union all

                select list_id, kind, segment, email_address, 'twice' as problem
                from delta
                group by list_id, kind, segment, email_address
                having count(*) > 1

            )

        select *
        from unexplained
    {%- endif -%}
{% endtest %}
