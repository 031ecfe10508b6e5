{# Where the list shows other values than payloads say: a row a contact and value. What a
   payload does not say is none of ours. White space around a value, and the letter case of a
   code, are nobody's change. #}
{% macro diff_values(members, list_id, values) %}
create temporary table {{ anew("loader_differences") }} as
with

    held as (
        select
            payloads.email_address,
            payloads.payload,
            json_object(
                'language', members.language,
                'email_type', members.email_type,
                'vip', coalesce(members.vip, false),
                'ip_signup', members.ip_signup,
                'ip_opt', members.ip_opt,
                'timestamp_signup', cast(members.timestamp_signup as varchar),
                'timestamp_opt', cast(members.timestamp_opt as varchar),
                'latitude', members.latitude,
                'longitude', members.longitude,
                'merge_fields', cast(members.merge_fields as json),
                'interests', cast(members.interests as json)
            ) as shown
        from loader_payloads as payloads
        inner join {{ members }} as members on payloads.email_address = members.email_address
        where members.list_id = {{ list_id }}
    ),

    compared as (
        select
            cast(null as varchar) as email_address,
            cast(null as varchar) as field,
            cast(null as varchar) as kind,
            cast(null as varchar) as expected,
            cast(null as varchar) as actual
        where 1 = 0
    {%- for value in values %}
        union all
        select
            email_address,
        {{ value.name }} as field,
        {{ value.kind }} as kind,
        {{ json_text("payload", value.path) }} as expected,
        {% if value.shown is none %}'' {% else %}coalesce({{ json_text("shown", value.shown) }}, ''){% endif %} as actual
        from held
    {%- endfor %}
    )

select email_address, field, expected, actual
from compared
where
    expected is not null
    and case
        when kind = 'switch'
        then expected <> coalesce(nullif(actual, ''), 'false')
        when expected = '' or actual = ''
        then trim(expected) <> trim(actual)
        when kind = 'code'
        then lower(trim(expected)) <> lower(trim(actual))
        when kind = 'number'
        then coalesce(
    {{ number("expected") }} <> {{ number("actual") }}, trim(expected) <> trim(actual)
        )
        when kind = 'degree'
        then coalesce(
            abs({{ number('expected') }} - {{ number('actual') }}) > 0.0001,
            trim(expected) <> trim(actual)
        )
        when kind = 'address'
        then
    {% for part in ("addr1", "addr2", "city", "state", "zip") %}
            trim(coalesce({{ json_text('expected', '/' ~ part) }}, ''))
            <> trim(coalesce({{ json_text('actual', '/' ~ part) }}, ''))
            or
    {% endfor %}
            coalesce(
                upper(trim({{ json_text('expected', '/country') }}))
                <> upper(trim(coalesce({{ json_text('actual', '/country') }}, ''))),
                false
            )
        else trim(expected) <> trim(actual)
    end
{% endmacro %}
