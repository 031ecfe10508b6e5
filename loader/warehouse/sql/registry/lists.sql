{# The lists that were pulled of an account. #}
select list_id, name from {{ lists }} where account = {{ account }} order by name, list_id
