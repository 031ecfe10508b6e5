{# Stage pages of a pull, and replace what was pulled before. #}
{# An empty table for the pages of one read, with the columns of the table that it is kept in. #}
{% macro stage(kept, pages) %}
create table {{ pages }} as select *, cast(0 as bigint) as page from {{ kept }} where 1 = 0
{% endmacro %}

{# The pages have been kept; before they are staged, those that a killed read left. #}
{% macro unstage(pages) %}
drop table if exists {{ pages }}
{% endmacro %}

{# Put in all that a read has brought. #}
{% macro insert_all(kept, kept_columns, pages) %}
insert into {{ kept }} ({{ kept_columns }}) select {{ kept_columns }} from {{ pages }}
{% endmacro %}

{# Put in the members of segments that a read has brought; one who is on two pages, once. #}
{% macro add_segment_members(kept, kept_columns, pages) %}
insert into {{ kept }} ({{ kept_columns }})
select distinct {{ kept_columns }} from {{ pages }}
{% endmacro %}

{# Whatever was known of a list gives way to what a read has brought. #}
{% macro delete_list(kept, list_id) %}
delete from {{ kept }} where list_id = {{ list_id }}
{% endmacro %}

{# The lists that were pulled of an account. #}
{% macro known_lists(lists, account) %}
select list_id, name from {{ lists }} where account = {{ account }} order by name, list_id
{% endmacro %}
