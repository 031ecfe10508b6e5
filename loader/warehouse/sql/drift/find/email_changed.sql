{#
    A contact of the audience whose address somebody changed in Mailchimp, as a read of the list noted
    it, and whom the list does not show under the old one again.
#}
insert into drift_found
select
    'contact', '', email_address, {{ drift_type }}, null, email_address, actual, {{ is_manual_change }}
from {{ drift }} as noted
where
    noted.list_id = {{ list_id }}
    and noted.audience = {{ audience }}
    and noted.drift_type = {{ drift_type }}
    and noted.email_address not in (
        select members.email_address from {{ members }} as members where members.list_id = {{ list_id }}
    )
    and (
        noted.email_address in (
            select wanted.email_address
            from {{ wanted }} as wanted
            where wanted.list_id = {{ list_id }} and wanted.audience = {{ audience }}
        )
        or noted.email_address in (
            select ledger.email_address
            from {{ ledger }} as ledger
            where
                ledger.list_id = {{ list_id }}
                and ledger.audience = {{ audience }}
                and ledger.kind = 'contact'
                and ledger.is_managed
        )
    )
