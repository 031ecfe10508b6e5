{# Nobody is known to be on the list as an audience wants them, before they are compared. #}
create or replace temporary table loader_shown (audience varchar, email_address varchar)
