{#
    A run that ended in order gives back what it claimed and never sent: who was there before it is
    what it was, and who was not is not known.
#}
update {{ ledger }}
set
    sent = false,
    existed = case when claimed = 'sent' then existed end,
    claimed = null
where
    run_id = {{ run_id }}
    and list_id = {{ list_id }}
    and claimed is not null
