{# Drop the tables of the plan. #}
drop table if exists loader_plan
