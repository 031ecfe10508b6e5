{#
    The marketing permissions that contacts of an audience would have switched off: what was confirmed
    has them on. What is owed of permissions are those that differ from it.
#}
insert into loader_lost
with

    owed as (
        select
            email_address,
            confirmed_permissions,
            unnest(
                from_json(
                    json_extract(payload, '$.marketing_permissions'),
                    '[{"marketing_permission_id":"VARCHAR","enabled":"BOOLEAN"}]'
                )
            ) as permission
        from loader_delta
        where
            audience = {{ audience }}
            and action = 'permissions'
            and outcome is null
            and confirmed_permissions is not null
    ),

    switched_off as (
        select
            email_address,
            permission.marketing_permission_id as name,
            -- a JSON pointer (RFC 6901): a name may have any sign in it
            replace(replace(permission.marketing_permission_id, '~', '~0'), '/', '~1') as escaped,
            confirmed_permissions
        from owed
        where not permission.enabled
    )

select {{ audience }} as audience, email_address, 'permissions' as action, 'permission' as kind, name
from switched_off
where json_extract_string(confirmed_permissions, '/' || escaped) = 'true'
