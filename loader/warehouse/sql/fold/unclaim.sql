{#
    A run that ended in order gives back what it claimed and never sent: who was there before it is
    what it was, and who was not is not known.
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
