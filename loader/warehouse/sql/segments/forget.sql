{# One segment of a list is not known any more, however it is spelled. #}
delete from {{ segments }} where list_id = {{ list_id }} and lower(segment) = lower({{ segment }})
