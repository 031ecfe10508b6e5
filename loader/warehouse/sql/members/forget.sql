{# Take out what a read of a list has brought anew. #}
delete from {{ members }}
where
    list_id = {{ list_id }}
    and email_address in (select pages.email_address from {{ pages }} as pages)
