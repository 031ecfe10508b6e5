{# What was found is known to the ledger. #}
update {{ drift }}
set healed_at = {{ now }}
where list_id = {{ list_id }} and audience = {{ audience }} and healed_at is null
