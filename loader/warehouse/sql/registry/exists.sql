{# Whether dbt ever made a table of ours in the target schema. #}
select count(*) as tables
from information_schema.tables
where table_schema = {{ schema }} and table_name = {{ name }}
