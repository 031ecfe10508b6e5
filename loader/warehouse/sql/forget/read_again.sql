{#
    Delete what is known of the lists that show the people: they are read whole next time, so that
    somebody who is still on one of them is not taken for new.
#}
delete from {{ place.table }}
where
    list_id in (
        select shown.list_id
        from {{ place.table }} as shown
        where
            {{ contact_key("shown.email_address") }}
            in (select loader_erased.value from loader_erased where loader_erased.kind = 'address')
    )
