{# A person was never sent. #}
delete from {{ ledger }} where email_address = {{ address }}
