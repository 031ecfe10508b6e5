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
            members.language,
            members.email_type,
            case when members.vip then 'true' else 'false' end as vip,
            members.ip_signup,
            members.ip_opt,
            cast(members.timestamp_signup as varchar) as timestamp_signup,
            cast(members.timestamp_opt as varchar) as timestamp_opt,
            cast(members.latitude as varchar) as latitude,
            cast(members.longitude as varchar) as longitude,
            members.merge_fields,
            members.interests
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
        {%- if value.shown is none %}
            '' as actual
        {%- elif value.shown | length == 1 %}
            coalesce({{ column(value.shown[0]) }}, '') as actual
        {%- else %}
            coalesce({{ json_text(column(value.shown[0]), value.shown[1:]) }}, '') as actual
        {%- endif %}
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
        then {{ trimmed("expected") }} <> {{ trimmed("actual") }}
        when kind = 'code'
        then {{ name_key("expected") }} <> {{ name_key("actual") }}
        when kind = 'number'
        then coalesce(
    {{ number("expected") }} <> {{ number("actual") }}, {{ trimmed("expected") }} <>
    {{ trimmed("actual") }}
        )
        when kind = 'degree'
        then coalesce(
            abs({{ number('expected') }} - {{ number('actual') }}) > 0.0001,
    {{ trimmed("expected") }} <> {{ trimmed("actual") }}
        )
        when kind = 'address'
        then
    {% for part in ("addr1", "addr2", "city", "state", "zip") %}
        {{ trimmed("coalesce(" ~ json_text("expected", [part]) ~ ", '')") }}
            <> {{ trimmed("coalesce(" ~ json_text('actual', [part]) ~ ", '')") }}
            or
    {% endfor %}
            coalesce(
    {{ name_key(json_text("expected", ["country"])) }}
                <> {{ name_key("coalesce(" ~ json_text('actual', ['country']) ~ ", '')") }},
                false
            )
        else {{ trimmed("expected") }} <> {{ trimmed("actual") }}
    end
{% endmacro %}
