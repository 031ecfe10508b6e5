{# A person was in no segment of a list. #}
delete from {{ segment_members }} where email_address = {{ address }}
