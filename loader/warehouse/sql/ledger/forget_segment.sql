{#
    A segment that is made anew has nobody in it, as a tag neither: one is the other. That the audience
    was there before stays known.
#}
update {{ ledger }}
set is_managed = false, confirmed_hash = null, resend_reason = null
where
    list_id = {{ list_id }}
    and kind in ('segment', 'tag')
    and lower(segment) = lower({{ segment }})
