{# Whom an audience that mirrors its list archives, as rows beside those of its delta: contacts
   that the last pull saw as subscribed, that have not changed since, by Mailchimp's clock of
   whole seconds, and whom no audience of the list selects, with consent or without. And those
   whom it was archiving when it did not hear the answer. #}
{% macro mirror_archives(drift, ledger, members, wanted, audience, list_id, selecting) %}
insert into {{ filled("loader_delta") }} ({% include 'delta/columns.sql' %})
with

    selected as (
        select email_address
        from {{ wanted }}
        where list_id = {{ list_id }}
        union
        select actual
        from {{ drift }}
        where list_id = {{ list_id }} and drift_type = 'email_changed' and actual is not null
    {%- for one in selecting %}
        union
        select email_address
        from {{ one.history }}
        where dbt_valid_to is null
        union
        select coalesce(previous_email, email_address)
        from {{ one.delta }}
        where list_id = {{ list_id }} and kind = 'contact'
    {%- endfor %}
    )

select
    {{ audience }} as audience,
    {{ list_id }} as list_id,
    'contact' as kind,
    '' as segment,
    members.email_address,
    cast(null as varchar) as previous_email,
    cast(null as varchar) as person_id,
    false as is_wanted,
    'archive' as action,
    cast(null as varchar) as payload,
    cast(null as varchar) as payload_hash,
    cast(null as varchar) as marketing_permissions,
    cast(null as varchar) as outcome,
    cast(null as varchar) as reason_code,
    cast(null as varchar) as message,
    ledger.pre_existing,
    coalesce(ledger.is_managed, false) as is_managed,
    ledger.confirmed_hash,
    ledger.confirmed_permissions,
    ledger.resend_reason,
    ledger.action as last_action,
    ledger.outcome as last_outcome,
    ledger.reason_code as last_reason_code,
    ledger.message as last_message,
    ledger.mailchimp_code as last_mailchimp_code,
    ledger.payload_hash as last_hash,
    ledger.attempts,
    ledger.acked_at
from {{ members }} as members
left join
    {{ ledger }} as ledger
    on members.list_id = ledger.list_id
    and members.email_address = ledger.email_address
    and ledger.audience = {{ audience }}
    and ledger.kind = 'contact'
where
    members.list_id = {{ list_id }}
    and not exists (
        select 1 from selected where selected.email_address = members.email_address
    )
    and case
        when members.status = 'subscribed'
        then coalesce(members.last_changed < members.details_read_at, false)
        when members.status = 'pending'
        then false
        else coalesce(ledger.action = 'archive' and ledger.outcome = 'unknown', false)
    end
{% endmacro %}
