{#
    Put in the contacts that a pull has brought, the last word on each. From when on a sync has to read
    the list stays as it is.
#}
merge into {{ members }} as members
using (
    select * exclude (page, place)
    from
        (
            select
                *,
                row_number() over (
                    partition by email_address order by last_changed desc nulls last, page desc
                ) as place
            from {{ pages }}
        ) as placed
    where place = 1
) as pulled
on members.list_id = {{ list_id }} and members.email_address = pulled.email_address
when matched
then
    update
    set
        status = pulled.status,
        last_changed = pulled.last_changed,
        details_read_at = pulled.details_read_at,
        details_read_by = pulled.details_read_by,
        contact_id = pulled.contact_id,
        unique_email_id = pulled.unique_email_id,
        email_type = pulled.email_type,
        language = pulled.language,
        vip = pulled.vip,
        member_rating = pulled.member_rating,
        unsubscribe_reason = pulled.unsubscribe_reason,
        source = pulled.source,
        ip_signup = pulled.ip_signup,
        ip_opt = pulled.ip_opt,
        timestamp_signup = pulled.timestamp_signup,
        timestamp_opt = pulled.timestamp_opt,
        latitude = pulled.latitude,
        longitude = pulled.longitude,
        merge_fields = pulled.merge_fields,
        interests = pulled.interests,
        marketing_permissions = pulled.marketing_permissions,
        tags = pulled.tags
when not matched
then insert by name
