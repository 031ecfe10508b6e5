{#
    A run begins with the audiences of a list; until it is finished, its acknowledgements are not in
    the ledger.
#}
insert into {{ runs }} (run_id, audience, list_id, started_at, command, options, version)
values
{% for audience in starting %}
(
    {{ run_id }}, {{ audience }}, {{ list_id }}, {{ now }}, {{ command }}, {{ options }}, {{ version }}
){% if not loop.last %},{% endif %}
{% endfor %}
