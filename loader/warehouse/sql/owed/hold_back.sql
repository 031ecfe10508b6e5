{# An audience that is stopped sends nothing more but withdrawals. #}
update loader_rules
set is_held_back = true
where audience = {{ audience }}
