{# One segment of a list is not known any more. #}
delete from {{ segments }} where list_id = {{ list_id }} and segment = {{ segment }}
