{# Delete rows whose claim was released and that never received an answer. #}
delete from {{ ledger }}
where
    run_id = {{ run_id }}
    and list_id = {{ list_id }}
    and outcome is null
    and not is_managed
    and pre_existing is null
