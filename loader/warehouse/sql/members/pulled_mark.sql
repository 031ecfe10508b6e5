{# From when on the contacts of a list have to be pulled: the start of the last pull that brought any. #}
select max(details_read_at) as read_at from {{ members }} where list_id = {{ list_id }}
