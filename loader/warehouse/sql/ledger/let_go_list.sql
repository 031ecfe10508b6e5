{# What an audience had on a list that is not there any more is none of the audience's. #}
delete from {{ ledger }} where list_id = {{ list_id }} and audience = {{ audience }}
