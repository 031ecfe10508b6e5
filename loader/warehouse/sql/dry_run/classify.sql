{# The plan of a run with a word for each row: what it does, or why it does not; and what
   Mailchimp is known to refuse (`refusal`) or may well refuse (`doubt`), which no rule of ours
   forbids. `fields` and `addresses` are the rules of loader/mailchimp/value_rules.py, each with
   its source; of an address that the list has already nothing is foretold. #}
{% macro classify(addresses, fields) %}
create temporary table {{ anew("loader_forecast") }} as
with

    written as (
        select
            plan.*,
            rules.status_if_new,
            rules.status_if_new in ('subscribed', rules.maintained_status) as is_kept,
            -- who comes second finds the contact there
            plan.status is null and plan.turn = 1 as is_created,
            plan.status is null or plan.route = 'change_address' as is_new_address,
            outcome is null
            and route in ('upsert', 'create', 'revive', 'change_address') as is_write,
            split_part(email_address, '@', 1) as local_part,
            split_part(email_address, '@', 2) as domain
    {%- for field in fields %},
            case when kind = 'contact' then {{ json_text('payload', field.path) }} end
            as value_{{ field.number }}
    {%- endfor %}
        from loader_plan as plan
        inner join loader_rules as rules on plan.audience = rules.audience
    ),

    judged as (
        select
            *,
            case
                when not is_write
                then null
    {%- for rule in addresses if rule.is_stated %}
                when
                    is_new_address
                    and {% if rule.part == "domain" %}domain{% else %}local_part{% endif %} ~ {{ whole(rule.pattern) }}
                then {{ rule.reason }}
    {%- endfor %}
    {%- for field in fields %}
        {%- if field.is_required %}
                when
                    (is_created and coalesce(value_{{ field.number }}, '') = '')
                    or value_{{ field.number }} = ''
                then {{ field.tag ~ ' is required and has no value' }}
        {%- endif %}
        {%- if field.pattern and field.is_stated %}
                when
                    value_{{ field.number }} <> ''
                    and value_{{ field.number }} !~ {{ whole(field.pattern) }}
                then {{ field.tag ~ ' is not ' ~ field.meaning }}
        {%- endif %}
    {%- endfor %}
            end as refusal,
            case
                when not is_write
                then null
    {%- for rule in addresses if not rule.is_stated %}
                when
                    is_new_address
                    and {% if rule.part == "domain" %}domain{% else %}local_part{% endif %} ~ {{ whole(rule.pattern) }}
                then {{ rule.reason }}
    {%- endfor %}
    {%- for field in fields %}
        {%- if field.is_required %}
                when
                    not is_created and value_{{ field.number }} is null
                then {{ field.tag ~ ' is required and not sent' }}
        {%- endif %}
        {%- if field.choices %}
                when
                    value_{{ field.number }} not in (
                        ''{% for choice in field.choices %}, {{ choice }}{% endfor %}
                    )
                then {{ field.tag ~ ' is none of its choices' }}
        {%- endif %}
        {%- if field.pattern and not field.is_stated %}
                when
                    value_{{ field.number }} <> ''
                    and value_{{ field.number }} !~ {{ whole(field.pattern) }}
                then {{ field.tag ~ ' is not ' ~ field.meaning }}
        {%- endif %}
    {%- endfor %}
            end as doubt
        from written
    ),

    -- whom nothing follows: refused in all audiences that write them, or waiting for a confirmation
    contacts_stopped as (
        select email_address
        from judged
        where is_write and not depends_on_contact
        group by email_address
        having
            min(
                case
                    when
                        refusal is not null
                        or (not is_kept and is_created and route in ('upsert', 'create'))
                    then 1
                    else 0
                end
            )
            = 1
    )

select
    judged.audience,
    judged.turn,
    judged.is_kept,
    judged.status_if_new,
    judged.kind,
    judged.segment,
    judged.email_address,
    judged.person_id,
    judged.route,
    judged.status,
    judged.outcome,
    judged.reason_code,
    coalesce(judged.message, judged.mailchimp_code, judged.refusal) as message,
    judged.doubt,
    judged.depends_on_contact,
    case
        when judged.outcome is not null
        then judged.outcome
        when judged.turn > 1 and judged.route in ('withdraw', 'unsubscribe', 'archive')
        then 'accepted'
        -- nothing is sent that could be refused
        when judged.depends_on_contact and contacts_stopped.email_address is not null
        then 'waits'
        when judged.refusal is not null
        then 'refused'
        when judged.route in ('upsert', 'create')
        then case when judged.is_created then 'joins' else 'changes' end
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
{% endmacro %}
