{# Put in what a read of a list has brought, the last word on each contact. #}
insert into {{ members }}
select list_id, email_address, status, last_changed, read_at
from
    (
        select
            pages.*,
            row_number() over (
                partition by email_address order by last_changed desc nulls last, position desc
            ) as place
        from {{ pages }} as pages
    ) as placed
where place = 1
