{# What all audiences together want now. #}
create or replace temporary table loader_wishes as
select *
from {{ now_wished }}
