{# A loader that was killed cannot finish its run; its acknowledgements are in the ledger now. #}
update {{ runs }}
set finished_at = {{ now }}, exit_code = 4, message = 'The loader was killed; the next run folded its acknowledgements.'
where run_id = {{ run_id }} and list_id = {{ list_id }} and finished_at is null
