{# What a loader that was killed had claimed may have been sent, so the claim stands. #}
update {{ ledger }}
set claim_state = null
where
    run_id = {{ run_id }}
    and list_id = {{ list_id }}
    and claim_state is not null
