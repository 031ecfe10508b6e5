{# A segment that is made anew has nobody in it, as a tag neither: one is the other. #}
delete from {{ ledger }}
where
    list_id = {{ list_id }} and kind in ('segment', 'tag') and lower(segment) = lower({{ segment }})
