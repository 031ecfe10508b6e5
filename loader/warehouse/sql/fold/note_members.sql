{#
    What the list is known to show after the acknowledgements of one run, audience and list, so that
    the next audience of the same run sees the contacts that this one made.
#}
merge into {{ members }} as members
using (
    select
        email_address,
        case
            when outcome = 'held'
            then reason
            when action in ('withdraw', 'unsubscribe')
            then 'unsubscribed'
            when action = 'archive'
            then 'archived'
            when action = 'revive'
            then 'subscribed'
            else {{ kept_status }}
        end as status,
        action in ('upsert', 'change_address') and outcome = 'accepted' as only_if_new
    from {{ acks }}
    where
        run_id = {{ run_id }}
        and audience = {{ audience }}
        and list_id = {{ list_id }}
        and segment = ''
        and action <> 'permissions'
        -- who is held because of an old address has no new one on the list
        and (
            action <> 'change_address'
            or outcome = 'accepted'
            or email_address
            in (select changed.email_address from loader_changed as changed where not changed.is_gone)
        )
        and (
            (outcome = 'accepted' and reason is null)
            or (
                outcome = 'held'
                and reason in ('unsubscribed', 'cleaned', 'pending', 'archived', 'transactional')
            )
        )
) as noted
on members.list_id = {{ list_id }} and members.email_address = noted.email_address
when matched and not noted.only_if_new
then update set status = noted.status
when not matched
then
    insert (list_id, email_address, status) values ({{ list_id }}, noted.email_address, noted.status)
