{# The tags that an audience has given on a list. #}
select distinct segment
from {{ ledger }}
where list_id = {{ list_id }} and audience = {{ audience }} and kind = 'tag' and is_managed
