{#
    Put in what a read of a list has brought, the last word on each contact. What a pull knows of them
    stays, until the next pull.
#}
merge into {{ members }} as members
using (
    select list_id, email_address, status, last_changed, contact_id, read_at
    from
        (
            select
                pages.*,
                row_number() over (
                    partition by email_address
                    order by last_changed desc nulls last, position desc
                ) as place
            from {{ pages }} as pages
        ) as placed
    where place = 1
) as seen
on members.list_id = {{ list_id }} and members.email_address = seen.email_address
when matched
then
    update
    set
        status = seen.status,
        last_changed = seen.last_changed,
        contact_id = seen.contact_id,
        read_at = seen.read_at
when not matched
then
    insert (list_id, email_address, status, last_changed, contact_id, read_at)
    values (
        seen.list_id,
        seen.email_address,
        seen.status,
        seen.last_changed,
        seen.contact_id,
        seen.read_at
    )
