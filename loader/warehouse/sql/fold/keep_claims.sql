{# What a loader that was killed had claimed may have been sent, so the claim stands. #}
update {{ ledger }}
set claimed = null
where
    run_id = {{ run_id }}
    and list_id = {{ list_id }}
    and claimed is not null
