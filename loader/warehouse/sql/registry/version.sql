{# Which version the tables are of. #}
select max(version) as version from {{ versions }}
