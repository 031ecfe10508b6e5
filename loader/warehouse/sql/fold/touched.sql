{# Whether one run has claimed or been answered anything of a list. #}
select
    exists (select 1 from {{ acks }} where run_id = {{ run_id }} and list_id = {{ list_id }})
    or exists (
        select 1 from {{ ledger }} where run_id = {{ run_id }} and list_id = {{ list_id }}
    ) as is_touched
