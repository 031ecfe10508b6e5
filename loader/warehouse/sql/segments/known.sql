{# The segments of a list that we made or took over. #}
select segment, segment_id, is_managed, recreate from {{ segments }} where list_id = {{ list_id }}
