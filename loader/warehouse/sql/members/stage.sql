{# An empty table for the pages of one read of a list. #}
create or replace table {{ pages }} as select *, 0 as position from {{ members }} where 1 = 0
