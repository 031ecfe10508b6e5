{#
    Whether one run has put somebody under an address of whom no reading has shown the `contact_id`: the
    answer to a batch does not tell it (Marketing API, Add or update list members in batch).
#}
select
    exists (
        select 1
        from {{ acks }} as acks
        inner join
            {{ members }} as members
            on acks.list_id = members.list_id
            and acks.email_address = members.email_address
        where
            acks.run_id = {{ run_id }}
            and acks.list_id = {{ list_id }}
            -- who is asked for a confirmation is there, and is held
            and acks.outcome in ('accepted', 'held')
            and acks.action in ('upsert', 'change_address')
            and members.contact_id is null
    ) as is_any
