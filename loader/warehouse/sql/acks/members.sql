{# What the list is known to show after the acknowledgements of one run and list. Where several
   audiences were answered about one contact, the last step of the run that changed it counts;
   of those that wrote a new contact, the one that goes first. `keeping` says which contacts an
   audience writes, and in which status it keeps them. #}
{% macro update_members(acks, members, keeping, list_id, run_id) %}
merge into {{ members }} as members
using (
    select email_address, status, only_if_new
    from
        (
            select
                acks.email_address,
                case
                    when acks.outcome = 'held'
                    then acks.reason_code
                    when acks.action in ('withdraw', 'unsubscribe')
                    then 'unsubscribed'
                    when acks.action = 'archive'
                    then 'archived'
                    when acks.action = 'revive'
                    then 'subscribed'
                    else coalesce(changed.status, kept.maintained_status)
                end as status,
                acks.action in ('upsert', 'change_address')
                and acks.outcome = 'accepted' as only_if_new,
                row_number() over (
                    partition by acks.email_address
                    order by
                        case
                            when acks.action = 'archive'
                            then 0
                            when acks.action = 'unsubscribe'
                            then 1
                            when acks.action = 'revive'
                            then 2
                            when acks.action = 'withdraw' or acks.outcome = 'held'
                            then 3
                            when acks.action = 'change_address'
                            then 4
                            when kept.contacts = 'create'
                            then 5
                            when kept.contacts = 'upsert'
                            then 6
                            else 7
                        end,
                        acks.audience
                ) as place
            from {{ acks }} as acks
            inner join
                (
                    values
    {% for one in keeping %}
                    ({{ one.audience }}, {{ one.contacts }}, {{ one.maintained_status }}){% if not loop.last %},{% endif %}
    {% endfor %}
                ) as kept (audience, contacts, maintained_status)
                on acks.audience = kept.audience
            left join
                loader_changed as changed
                on acks.action = 'change_address'
                and acks.email_address = changed.email_address
                and not changed.is_gone
            where
                acks.run_id = {{ run_id }}
                and acks.list_id = {{ list_id }}
                and acks.segment = ''
                and acks.action <> 'permissions'
                -- who is held because of an old address has no new one on the list
                and (
                    acks.action <> 'change_address'
                    or acks.outcome = 'accepted'
                    or changed.email_address is not null
                )
                and (
                    (acks.outcome = 'accepted' and acks.reason_code is null)
                    or (
                        acks.outcome = 'held'
                        and acks.reason_code in (
                            'unsubscribed', 'cleaned', 'pending', 'archived', 'transactional'
                        )
                    )
                )
        ) as answered
    where place = 1
) as noted
on members.list_id = {{ list_id }} and members.email_address = noted.email_address
when matched and not noted.only_if_new
then update set status = noted.status
when not matched
then
    insert (list_id, email_address, status) values ({{ list_id }}, noted.email_address, noted.status)
{% endmacro %}
