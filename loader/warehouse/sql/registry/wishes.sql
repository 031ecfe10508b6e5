{# What all audiences together wish, as it is at this moment. #}
create or replace temporary table loader_wishes as
select *
from {{ now_wished }}
