{# Whether the audiences that have their turn owe the list anything. #}
select exists (select 1 from loader_delta) as is_owed
