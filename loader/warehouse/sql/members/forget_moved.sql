{# A contact that is shown under another address is not on the list under the one that was known. #}
delete from {{ members }} as members
where
    members.list_id = {{ list_id }}
    and exists (
        select 1
        from {{ pages }} as pages
        where pages.contact_id = members.contact_id and pages.email_address <> members.email_address
    )
    and members.email_address not in (select pages.email_address from {{ pages }} as pages)
