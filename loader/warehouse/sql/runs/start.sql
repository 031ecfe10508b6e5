{# A run begins with an audience; until it is finished, its acknowledgements are not in the ledger. #}
insert into {{ runs }} (run_id, audience, list_id, started_at, options, version)
values (
{{ run_id }}, {{ audience }}, {{ list_id }}, {{ now }}, {{ options }}, {{ version }}
)
