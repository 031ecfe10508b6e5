{#
    The segments that a plan puts somebody into or takes somebody out of, as the ledger calls them,
    with the name as it is spelled in the data.
#}
select
    kind,
    segment,
    min(coalesce(payload, segment)) as name,
    max(case when route in ('segment_add', 'tag_add') then 1 else 0 end) = 1 as is_filled
from loader_plan
where outcome is null and kind in ('segment', 'tag')
group by kind, segment
order by kind, segment
