{#
    Nor is somebody on their way into the archive, or to another address, whom a run that ended in
    order never sent there. Of a change without a usable answer nobody knows.
#}
update {{ ledger }} as ledger
set outcome = null, reason = null, text = null
where
    run_id = {{ run_id }}
    and audience = {{ audience }}
    and list_id = {{ list_id }}
    and reason = {{ on_its_way }}
    and (
        action <> 'change_address'
        or ledger.text not in (
            select acks.email_address
            from {{ acks }} as acks
            where
                acks.run_id = {{ run_id }}
                and acks.audience = {{ audience }}
                and acks.list_id = {{ list_id }}
                and acks.outcome = 'unknown'
        )
    )
