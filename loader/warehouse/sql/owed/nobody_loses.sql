{# Nobody is known to lose anything that they have, before payloads are compared. #}
create or replace temporary table loader_lost (
    audience varchar, email_address varchar, action varchar, kind varchar, name varchar
)
