{# Keep the status of every contact of a list. #}
{# An empty table for the pages of one read of a list. #}
{% macro stage(members, pages) %}
create table {{ pages }} as
select list_id, email_address, status, last_changed, contact_id, read_at, cast(0 as bigint) as position
from {{ members }}
where 1 = 0
{% endmacro %}

{# The pages have been kept; before they are staged, those that a killed read left. #}
{% macro unstage(pages) %}
drop table if exists {{ pages }}
{% endmacro %}

{# Put in what a read of a list has brought, the last word on each contact. What a pull knows of
   them stays, until the next pull. #}
{% macro merge_status(members, list_id, pages) %}
merge into {{ members }} as members
using (
    select list_id, email_address, status, last_changed, contact_id, read_at
    from
        (
            select
                pages.*,
                row_number() over (
                    partition by email_address
                    order by last_changed desc nulls last, position desc
                ) as place
            from {{ pages }} as pages
        ) as placed
    where place = 1
) as seen
on members.list_id = {{ list_id }} and members.email_address = seen.email_address
when matched
then
    update
    set
        status = seen.status,
        last_changed = seen.last_changed,
        contact_id = seen.contact_id,
        read_at = seen.read_at
when not matched
then
    insert (list_id, email_address, status, last_changed, contact_id, read_at)
    values (
        seen.list_id,
        seen.email_address,
        seen.status,
        seen.last_changed,
        seen.contact_id,
        seen.read_at
    )
{% endmacro %}

{# Take out the contacts of a list that a read of the whole list did not show. #}
{% macro delete_missing(members, list_id, pages) %}
delete from {{ members }} as members
where
    list_id = {{ list_id }}
    and not exists (
        select 1 from {{ pages }} as pages where pages.email_address = members.email_address
    )
{% endmacro %}

{# From when on a list has to be read: the start of the last read that brought something. #}
{% macro watermark(members, list_id) %}
select max(read_at) as read_at, count(*) as contacts
from {{ members }}
where list_id = {{ list_id }}
{% endmacro %}
