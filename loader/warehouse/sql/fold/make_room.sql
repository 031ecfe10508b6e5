{# What is remembered of a new address, where the contact that comes to it brings the same. #}
delete from {{ ledger }} as joined
where
    joined.list_id = {{ list_id }}
    and exists (
        select 1
        from loader_changed
        inner join {{ ledger }} as kept on loader_changed.previous_email = kept.email_address
        where
            loader_changed.is_gone is not true
            and loader_changed.email_address = joined.email_address
            and kept.list_id = {{ list_id }}
            and kept.audience = joined.audience
            and kept.kind = joined.kind
            and kept.segment = joined.segment
    )
