{# Take out the contacts of a list that a read of the whole list did not show. #}
delete from {{ members }}
where
    list_id = {{ list_id }}
    and email_address not in (select pages.email_address from {{ pages }} as pages)
