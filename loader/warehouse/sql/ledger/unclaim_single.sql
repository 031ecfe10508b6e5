{# Nor is somebody on their way into the archive whom a run that ended in order never sent there. #}
update {{ ledger }}
set outcome = null, reason = null
where
    run_id = {{ run_id }}
    and audience = {{ audience }}
    and list_id = {{ list_id }}
    and reason = {{ on_its_way }}
