{#
    Clear the in-flight marker of archives and changes of address that a completed run did not send.
    The marker of a change without a usable answer stays: its result is not known.
#}
update {{ ledger }} as ledger
set outcome = null, reason_code = null, message = null, mailchimp_code = null, pending_email = null
where
    run_id = {{ run_id }}
    and list_id = {{ list_id }}
    and reason_code = {{ in_flight }}
    and (
        action <> 'change_address'
        or not exists (
            select 1
            from {{ acks }} as acks
            where
                acks.run_id = {{ run_id }}
                and acks.list_id = {{ list_id }}
                and acks.audience = ledger.audience
                and acks.email_address = ledger.pending_email
                and acks.outcome = 'unknown'
        )
    )
