{# No event tells of a person. #}
delete from {{ events }} where email_address = {{ address }}
