{#
    The rows of the plan that go one way, with the text that goes between the brackets of a request.
    An address has no character that JSON would escape. A membership follows its contact: it goes
    when the contact was accepted in this run. `names` are the texts of a payload in whose place the
    ids of the list go.
#}
with

    going as (
        select
            *,
            {% for _ in names %} replace({% endfor %}payload
            {% for name, id in names %}, {{ name }}, {{ id }}){% endfor %} as text
        from loader_plan
        where outcome is null and route = {{ route }} and segment = {{ segment }}
    ),

    accepted as (
        select email_address
        from {{ acks }}
        where
            run_id = {{ run_id }}
            and audience = {{ audience }}
            and list_id = {{ list_id }}
            and action in ('upsert', 'revive', 'change_address')
            and outcome = 'accepted'
    )

select
    going.email_address,
    going.person_id,
    going.payload_hash,
    going.known_as,
    case
        when going.route in ('upsert', 'create')
        then '{"status_if_new":"' || {{ status_if_new }} || '",' || substr(going.text, 2) || ','
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
left join accepted on going.email_address = accepted.email_address and going.follows_contact
where not going.follows_contact or accepted.email_address is not null
