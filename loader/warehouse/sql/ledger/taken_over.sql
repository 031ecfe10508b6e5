{# What was taken over is none of the audience's any more that had it before. #}
delete from {{ ledger }}
where
    list_id = {{ list_id }}
    and audience = {{ old_audience }}
    and kind = {{ kind }}
    and ({{ old_segment }} is null or segment = {{ old_segment }})
