{# Stage pages of a pull, and replace what was pulled before. #}
{# An empty table for the pages of one read, with the columns of the table that it is kept in. #}
{% macro stage(kept, pages) %}
create or replace table {{ pages }} as select *, cast(0 as bigint) as page from {{ kept }} where 1 = 0
{% endmacro %}

{# The pages have been kept. #}
{% macro unstage(pages) %}
drop table {{ pages }}
{% endmacro %}

{# Put in all that a read has brought. #}
{% macro insert_all(kept, pages) %}
insert into {{ kept }} by name select * exclude (page) from {{ pages }}
{% endmacro %}

{# Put in the members of segments that a read has brought; one who is on two pages, once. #}
{% macro add_segment_members(kept, pages) %}
insert into {{ kept }} by name
select distinct * exclude (page) from {{ pages }}
{% endmacro %}

{# Whatever was known of a list gives way to what a read has brought. #}
{% macro delete_list(kept, list_id) %}
delete from {{ kept }} where list_id = {{ list_id }}
{% endmacro %}

{# The lists that were pulled of an account. #}
{% macro known_lists(lists, account) %}
select list_id, name from {{ lists }} where account = {{ account }} order by name, list_id
{% endmacro %}
