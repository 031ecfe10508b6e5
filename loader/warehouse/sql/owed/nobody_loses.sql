{# Nobody is known to lose a value that they have, before payloads are compared. #}
create or replace temporary table loader_lost (audience varchar, email_address varchar, field varchar)
