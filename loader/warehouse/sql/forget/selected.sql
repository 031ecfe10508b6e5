{# Whether an audience still selects a person. #}
select count(*) as people
from {{ history }}
where email_address = {{ address }} and dbt_valid_to is null
