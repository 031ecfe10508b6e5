{#
    Release what a completed run claimed and did not send: a row from before the claim is what it
    was, and a row of the claim is not known.
#}
update {{ ledger }}
set
    is_managed = false,
    pre_existing = case when claim_state = 'reclaim' then pre_existing end,
    claim_state = null
where
    run_id = {{ run_id }}
    and list_id = {{ list_id }}
    and claim_state is not null
