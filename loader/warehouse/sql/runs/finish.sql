{# A run is done with an audience, in whatever way. #}
update {{ runs }}
set
    finished_at = {{ now }},
    accepted = {{ accepted }},
    held = {{ held }},
    rejected = {{ rejected }},
    invalid = {{ invalid }},
    unknown = {{ unknown }},
    counts = {{ counts }},
    requests = {{ requests }},
    writes = {{ writes }},
    retries = {{ retries }},
    max_in_flight = {{ max_in_flight }},
    exit_code = {{ exit_code }},
    message = {{ message }}
where run_id = {{ run_id }} and audience = {{ audience }} and list_id = {{ list_id }}
