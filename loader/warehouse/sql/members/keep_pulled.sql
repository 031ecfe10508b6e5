{# Put in the contacts that a read has brought, the last word on each. #}
insert into {{ members }} by name
select * exclude (page, place)
from
    (
        select
            *,
            row_number() over (
                partition by email_address order by last_changed desc nulls last, page desc
            ) as place
        from {{ pages }}
    ) as placed
where place = 1
