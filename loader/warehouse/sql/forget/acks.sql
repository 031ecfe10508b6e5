{# Nothing was ever answered about a person. #}
delete from {{ acks }} where email_address = {{ address }}
