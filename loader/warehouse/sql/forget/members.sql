{#
    What is known of the lists that show a person: they are read whole next time, so that somebody
    who is still on one of them is not taken for new.
#}
delete from {{ members }}
where
    list_id
    in (select there.list_id from {{ members }} as there where there.email_address = {{ address }})
