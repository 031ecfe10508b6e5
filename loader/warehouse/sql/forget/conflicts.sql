{# No audiences disagree about a person. #}
delete from {{ conflicts }} where email_address = {{ address }}
