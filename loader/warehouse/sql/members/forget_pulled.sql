{# Take out the contacts that a read has brought anew, or all of a list that was read whole. #}
delete from {{ members }}
where
    list_id = {{ list_id }}
    and ({{ is_whole }} or email_address in (select pages.email_address from {{ pages }} as pages))
