{# A person was never sent, nor was their address changed. #}
delete from {{ ledger }}
where email_address = {{ address }} or (action = 'change_address' and text = {{ address }})
