{# The list has nobody under an address that a contact had before. #}
delete from {{ members }}
where
    list_id = {{ list_id }}
    and email_address in (select loader_changed.previous_email from loader_changed)
