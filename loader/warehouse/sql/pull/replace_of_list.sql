{# Whatever was known of a list gives way to what a read has brought. #}
delete from {{ kept }} where list_id = {{ list_id }}
