{# An audience that is stopped before it has said anything is not in the plan. #}
delete from loader_delta where audience = {{ audience }}
