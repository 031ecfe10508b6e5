{# Under which names and spellings audiences have something in a segment, its owner's own aside. #}
select distinct audience, segment
from {{ ledger }}
where
    list_id = {{ list_id }}
    and kind = 'segment'
    and lower(segment) = lower({{ segment }})
    and (audience <> {{ audience }} or segment <> {{ segment }})
order by audience, segment
