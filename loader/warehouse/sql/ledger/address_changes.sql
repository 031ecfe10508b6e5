{# Find changes of address that may have been done. #}
{# Changes of address on a list that may have been done, where the list has the new address now:
   the old one and the new. A run has told them and did not hear the answer, or somebody made
   them in Mailchimp, and an audience of those in `knowing` knows the new address by now. #}
{% macro pending_address_changes(drift, ledger, members, in_flight, knowing, list_id) %}
    select ledger.email_address as previous_email, ledger.pending_email as new_address
    from {{ ledger }} as ledger
    inner join
        {{ members }} as members
        on ledger.list_id = members.list_id
        and ledger.pending_email = members.email_address
    where
        ledger.list_id = {{ list_id }}
        and ledger.kind = 'contact'
        and ledger.action = 'change_address'
        and ledger.outcome = 'unknown'
        and ledger.reason_code = {{ in_flight }}
    union
    select drift.email_address as previous_email, drift.actual as new_address
    from {{ drift }} as drift
    inner join
        {{ members }} as members
        on drift.list_id = members.list_id
        and drift.actual = members.email_address
    inner join
        (
            select cast(null as varchar) as audience, cast(null as varchar) as email_address
            where 1 = 0
            {%- for one in knowing %}
                union all
                select {{ one.audience }} as audience, email_address
                from {{ one.history }}
                where dbt_valid_to is null
            {%- endfor %}
        ) as known
        on drift.audience = known.audience
        and drift.actual = known.email_address
    inner join
        {{ ledger }} as ledger
        on drift.list_id = ledger.list_id
        and drift.audience = ledger.audience
        and drift.email_address = ledger.email_address
    where
        drift.list_id = {{ list_id }}
        and drift.drift_type = 'email_changed'
        and ledger.kind = 'contact'
        and ledger.is_managed
{% endmacro %}

{# The audiences of a list that have contacts whose address was changed in Mailchimp. #}
{% macro moved_by_hand(drift, list_id) %}
    select distinct audience
    from {{ drift }}
    where list_id = {{ list_id }} and drift_type = 'email_changed' and actual is not null
{% endmacro %}
