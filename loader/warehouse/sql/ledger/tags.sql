{# The tags that audiences have given on a list. #}
select distinct segment
from {{ ledger }}
where list_id = {{ list_id }} and kind = 'tag' and is_managed
