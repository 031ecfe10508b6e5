{# Who was given back and had never been answered for is not in the ledger at all. #}
delete from {{ ledger }}
where
    run_id = {{ run_id }}
    and list_id = {{ list_id }}
    and outcome is null
    and not is_managed
    and pre_existing is null
