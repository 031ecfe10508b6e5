{# What is known of a person outside the audiences. #}
select
    (select count(*) from {{ ledger }} where email_address = {{ address }}) as ledger,
    (select count(*) from {{ acks }} where email_address = {{ address }}) as acks,
    (
        select string_agg(list_id || ' (' || status || ')', ', ')
        from {{ members }}
        where email_address = {{ address }}
    ) as lists
