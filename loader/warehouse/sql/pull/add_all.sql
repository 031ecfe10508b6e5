{# Put in all that a read has brought. #}
insert into {{ kept }} by name select * exclude (page) from {{ pages }}
