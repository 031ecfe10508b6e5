{# A person was never in an audience. #}
delete from {{ history }} where email_address = {{ address }}
