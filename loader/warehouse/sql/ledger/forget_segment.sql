{# A segment that is made anew has nobody in it. #}
delete from {{ ledger }} where list_id = {{ list_id }} and segment = {{ segment }} and segment <> ''
