{# The plan has served. #}
drop table if exists loader_plan
