{# A marketing permission that the list shows otherwise than it was given. #}
insert into drift_found
select
    'permissions', '', email_address, {{ drift_type }}, permission, expected, actual, {{ is_manual_change }}
from
    (
        select
            believed.email_address,
            told.key as permission,
            cast(told.value as varchar) as expected,
            cast(shown.value as varchar) as actual
        from
            drift_believed as believed,
            json_each(believed.confirmed_permissions) as told,
            json_each(believed.marketing_permissions) as shown
        where
            believed.kind = 'permissions'
            and {{ name_key("told.key") }} = {{ name_key("shown.key") }}
    ) as permissions
where expected <> actual
