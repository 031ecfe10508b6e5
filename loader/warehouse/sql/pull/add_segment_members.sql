{# Put in the members of segments that a read has brought; one who is on two pages, once. #}
insert into {{ kept }} by name
select distinct * exclude (page) from {{ pages }}
