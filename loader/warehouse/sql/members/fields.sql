{# The merge fields of a list as they were when it was pulled. #}
select upper(tag) as tag, merge_id from {{ merge_fields }} where list_id = {{ list_id }}
