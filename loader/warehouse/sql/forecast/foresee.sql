{#
    The plan of a run with a word for each row: what it does, or why it does not; and what Mailchimp
    is known to refuse (`refusal`) or may well refuse (`doubt`), which no rule of ours forbids.
    `fields` are the merge fields of the list, as the Marketing API describes their values; the lists
    of fake and role addresses are Mailchimp's (Help, Limits on role-based addresses).
#}
create or replace temporary table loader_forecast as
with

    written as (
        select
            *,
            outcome is null
            and route in ('upsert', 'create', 'revive', 'change_address') as is_write,
            split_part(email_address, '@', 1) as local_part,
            split_part(email_address, '@', 2) as domain
{%- for field in fields %},
            case when kind = 'contact' then json_extract_string(payload, {{ field.path }}) end
            as value_{{ field.number }}
{%- endfor %}
        from loader_plan
    ),

    judged as (
        select
            *,
            case
                when not is_write
                then null
                when
                    regexp_matches(
                        '.' || domain, '[.](example[.](com|net|org)|test|example|invalid|localhost)$'
                    )
                then 'fake address'
{%- for field in fields %}
    {%- if field.is_required %}
                when
                    (status is null and coalesce(value_{{ field.number }}, '') = '')
                    or value_{{ field.number }} = ''
                then {{ field.tag ~ ' is required and has no value' }}
    {%- endif %}
    {%- if field.choices %}
                when
                    value_{{ field.number }} not in (
                        ''{% for choice in field.choices %}, {{ choice }}{% endfor %}
                    )
                then {{ field.tag ~ ' is none of its choices' }}
    {%- endif %}
    {%- if field.pattern %}
                when
                    value_{{ field.number }} <> ''
                    and not regexp_full_match(value_{{ field.number }}, {{ field.pattern }})
                then {{ field.tag ~ ' is not ' ~ field.meaning }}
    {%- endif %}
{%- endfor %}
            end as refusal,
            case
                when
                    is_write
                    and status is null
                    and local_part in ({% for name in roles %}{{ name }}{% if not loop.last %}, {% endif %}{% endfor %})
                then 'role address'
{%- for field in fields if field.is_required %}
                when
                    is_write and status is not null and value_{{ field.number }} is null
                then {{ field.tag ~ ' is required and not sent' }}
{%- endfor %}
            end as doubt
        from written
    ),

-- whom no membership or permission follows: refused, or waiting for a confirmation
    contacts_stopped as (
        select email_address
        from judged
        where
            refusal is not null
            or (not {{ is_kept }} and status is null and route in ('upsert', 'create'))
    )

select
    judged.kind,
    judged.segment,
    judged.email_address,
    judged.person_id,
    judged.route,
    judged.status,
    judged.outcome,
    coalesce(judged.reason, judged.refusal) as reason,
    judged.doubt,
    judged.follows_contact,
    case
        when judged.outcome is not null
        then judged.outcome
        when judged.refusal is not null
        then 'refused'
        when judged.follows_contact and contacts_stopped.email_address is not null
        then 'waits'
        when judged.route in ('upsert', 'create')
        then case when judged.status is null then 'joins' else 'changes' end
        when judged.route = 'revive'
        then 'returns'
        when judged.route = 'change_address'
        then 'changes_of_address'
        when judged.route = 'withdraw'
        then 'withdrawals'
        when judged.route in ('unsubscribe', 'archive')
        then 'leaves'
        when judged.route in ('segment_add', 'tag_add')
        then 'memberships_given'
        when judged.route in ('segment_remove', 'tag_remove')
        then 'memberships_taken'
        else 'permissions'
    end as category
from judged
left join contacts_stopped on judged.email_address = contacts_stopped.email_address
