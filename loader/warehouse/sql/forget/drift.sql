{# A person was never found to be out of step. #}
delete from {{ drift }} where email_address = {{ address }}
