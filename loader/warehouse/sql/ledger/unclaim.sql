{# A run that ended in order gives back what it claimed and never sent. #}
delete from {{ ledger }}
where
    run_id = {{ run_id }}
    and audience = {{ audience }}
    and list_id = {{ list_id }}
    and outcome is null
