{# What is remembered of a new address before the contact that we know has it. #}
delete from {{ ledger }}
where
    list_id = {{ list_id }}
    and email_address
    in (select loader_changed.email_address from loader_changed where is_gone is not true)
