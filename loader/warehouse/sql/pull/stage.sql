{# An empty table for the pages of one read, with the columns of the table that it is kept in. #}
create or replace table {{ pages }} as select *, cast(0 as bigint) as page from {{ kept }} where 1 = 0
