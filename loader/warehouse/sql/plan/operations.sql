{# Stream the rows of an operation, and drop the plan at the end. #}
{# Drop the tables of the plan. #}
{% macro cleanup() %}
drop table if exists loader_plan
{% endmacro %}

{# The rows of the plan that go one way, of all audiences, with the text that goes between the
   brackets of a request. An address has no character that JSON would escape. What follows a
   contact goes when some audience had the contact accepted in this run. `is_left` asks for
   those whom another audience has taken off the list in this run, and who are not asked to
   leave again. `names` are the texts of a payload in whose place the ids of the list go.
   Memberships come segment by segment. #}
{% macro operations(acks, is_left, is_membership, list_id, names, route, run_id, turn) %}
with

    going as (
        select
            plan.*,
            rules.status_if_new,
            rules.maintained_status,
    {% for _ in names %} replace({% endfor %}payload
    {% for name, id in names %}, {{ name }}, {{ id }}){% endfor %} as text
        from loader_plan as plan
        inner join loader_rules as rules on plan.audience = rules.audience
        where
            plan.outcome is null
            and plan.route = {{ route }}
            and plan.turn = {{ turn }}
            and (plan.action = 'withdraw' or not rules.is_held_back)
    ),

    has_left as (
        select distinct email_address
        from {{ acks }}
        where
            run_id = {{ run_id }}
            and list_id = {{ list_id }}
            and action in ('withdraw', 'unsubscribe', 'archive')
            and outcome = 'accepted'
    ),

    accepted as (
        select distinct email_address
        from {{ acks }}
        where
            run_id = {{ run_id }}
            and list_id = {{ list_id }}
            and action in ('upsert', 'revive', 'change_address')
            and outcome = 'accepted'
    )

select
    going.audience,
    going.segment,
    going.email_address,
    going.person_id,
    going.payload_hash,
    going.marketing_permissions,
    going.current_email,
    going.maintained_status,
    going.last_changed,
    case
        when going.route in ('upsert', 'create')
        then '{"status_if_new":"' || going.status_if_new || '",' || substr(going.text, 2) || ','
        when going.route = 'revive'
        then
            '{"status":"subscribed","status_if_new":"unsubscribed",' || substr(going.text, 2) || ','
        when going.route in ('change_address', 'permissions')
        then going.text || ','
        when going.route in ('withdraw', 'unsubscribe')
        then '{"email_address":"' || going.email_address || '","status":"unsubscribed"},'
        else '"' || going.email_address || '",'
    end as body
from going
left join accepted on going.email_address = accepted.email_address and going.depends_on_contact
left join
    has_left
    on going.email_address = has_left.email_address
    and going.turn > 1
    and going.action in ('withdraw', 'unsubscribe', 'archive')
where
    (not going.depends_on_contact or accepted.email_address is not null)
    and (has_left.email_address is not null) = {{ is_left }}
    {% if is_membership %} order by going.segment{% endif %}
{% endmacro %}
