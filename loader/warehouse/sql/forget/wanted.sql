{# Nobody wants a person. #}
delete from {{ wanted }} where email_address = {{ address }}
