{#
    A contact that is wanted and was sent, and that the list does not show. That an audience of the list
    told it to leave since then is no news.
#}
insert into drift_found
select 'contact', '', email_address, {{ drift_type }}, null, null, null, {{ is_manual_change }}
from drift_believed as believed
where
    kind = 'contact'
    and status is null
    and not exists (
        select 1
        from drift_told_to_leave as told
        where
            told.email_address = believed.email_address
            and told.acked_at >= believed.acked_at
    )
