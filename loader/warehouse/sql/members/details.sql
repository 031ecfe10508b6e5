{# Keep everything that a list shows of its contacts. #}
{# Put in the contacts that a pull has brought, the last word on each. From when on a sync has
   to read the list stays as it is. #}
{% macro merge_details(members, list_id, pages) %}
merge into {{ members }} as members
using (
    select *
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
then
    insert (
        list_id, email_address, status, last_changed, read_at, details_read_at, details_read_by,
        contact_id, unique_email_id, email_type, language, vip, member_rating, unsubscribe_reason,
        source, ip_signup, ip_opt, timestamp_signup, timestamp_opt, latitude, longitude,
        merge_fields, interests, marketing_permissions, tags
    )
    values (
        pulled.list_id,
        pulled.email_address,
        pulled.status,
        pulled.last_changed,
        pulled.read_at,
        pulled.details_read_at,
        pulled.details_read_by,
        pulled.contact_id,
        pulled.unique_email_id,
        pulled.email_type,
        pulled.language,
        pulled.vip,
        pulled.member_rating,
        pulled.unsubscribe_reason,
        pulled.source,
        pulled.ip_signup,
        pulled.ip_opt,
        pulled.timestamp_signup,
        pulled.timestamp_opt,
        pulled.latitude,
        pulled.longitude,
        pulled.merge_fields,
        pulled.interests,
        pulled.marketing_permissions,
        pulled.tags
    )
{% endmacro %}

{# From when on the contacts of a list have to be pulled: the start of the last reading that
   brought any with all that they hold, and which command read them. #}
{% macro details_watermark(members, list_id) %}
with

    reading as (
        select max(details_read_at) as read_at from {{ members }} where list_id = {{ list_id }}
    )

select reading.read_at, min(members.details_read_by) as read_by
from reading
left join
    {{ members }} as members
    on reading.read_at = members.details_read_at
    and members.list_id = {{ list_id }}
group by reading.read_at
{% endmacro %}

{# The merge fields of a list as they were when it was pulled. #}
{% macro fields(merge_fields, list_id) %}
select upper(tag) as tag, merge_id from {{ merge_fields }} where list_id = {{ list_id }}
{% endmacro %}

{# Whether one run has put somebody under an address of whom no reading has shown the
   `contact_id`: the answer to a batch does not tell it (Marketing API, Add or update list
   members in batch). #}
{% macro not_identified(acks, members, list_id, run_id) %}
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
{% endmacro %}
