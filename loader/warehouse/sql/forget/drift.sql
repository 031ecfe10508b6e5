{# A person was never found to be out of step. #}
delete from {{ drift }} where {{ address }} in (email_address, found)
