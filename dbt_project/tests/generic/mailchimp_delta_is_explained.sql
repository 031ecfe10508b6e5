{#
    Every row of a delta is there for a reason: it is something to send that is not confirmed yet, or
    it says why it is not sent. No contact and place is in it twice.
#}
{% test mailchimp_delta_is_explained(model) %}
    {%- if execute -%}
        {%- do mailchimp_activation.audience_of(model) -%}
        with

            delta as (select * from {{ mailchimp_activation.beside(model, "__delta", "view") }}),

            unexplained as (

                select list_id, segment, email_address, 'no reason' as problem
                from delta
                where outcome is not null and (outcome not in ('held', 'invalid') or reason is null)

                union all

                select list_id, segment, email_address, 'nothing to send' as problem
                from delta
                where
                    outcome is null
                    and action = 'upsert'
                    and (payload is null or payload_hash is null)

                union all

                select list_id, segment, email_address, 'confirmed already' as problem
                from delta
                where
                    outcome is null
                    and action in ('upsert', 'segment_add')
                    and confirmed = payload_hash

                union all

                select list_id, segment, email_address, 'was never there' as problem
                from delta
                where action not in ('upsert', 'segment_add') and not sent

                union all

                select list_id, segment, email_address, 'is not ours' as problem
                from delta
                where action in ('unsubscribe', 'archive') and existed

                union all

                select list_id, segment, email_address, 'twice' as problem
                from delta
                group by list_id, segment, email_address
                having count(*) > 1

            )

        select *
        from unexplained
    {%- endif -%}
{% endtest %}
