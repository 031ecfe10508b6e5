{#
    A contact that the list shows with a status that the audience does not keep. What it is held for is
    known, and that an audience of the list told it to leave since then is no news.
#}
insert into drift_found
select
    'contact', '', email_address, {{ drift_type }}, null, {{ kept_status }}, status, {{ is_manual_change }}
from drift_believed as believed
where
    kind = 'contact'
    and status not in ('subscribed', {{ kept_status }})
    and (outcome = 'held' and reason_code = status) is not true
    and not exists (
        select 1
        from drift_told_to_leave as told
        where
            told.email_address = believed.email_address
            and told.acked_at >= believed.acked_at
    )
