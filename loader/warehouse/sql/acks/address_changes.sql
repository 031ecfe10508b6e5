{# Apply acknowledged changes of address: the contact keeps what is known of it. #}
{# Whose address Mailchimp changed in one run: the old address and the new, and the status that
   the list showed, which stays. A contact that came back with another status than wanted has
   changed too; only one that was not there has not. Who is held without being told again has
   not changed: the claim is of an earlier run. #}
{% macro address_changes_of_run(acks, ledger, members, in_flight, list_id, not_on_list, run_id) %}
create temporary table {{ anew("loader_changed") }} as
select distinct
    ledger.email_address as previous_email,
    acks.email_address,
    members.status,
    coalesce(acks.reason_code = {{ not_on_list }}, false) as is_gone
from {{ ledger }} as ledger
inner join
    {{ acks }} as acks
    on ledger.list_id = acks.list_id
    and ledger.audience = acks.audience
    and ledger.pending_email = acks.email_address
left join
    {{ members }} as members
    on ledger.list_id = members.list_id
    and ledger.email_address = members.email_address
where
    ledger.list_id = {{ list_id }}
    and ledger.kind = 'contact'
    and ledger.action = 'change_address'
    and ledger.outcome = 'unknown'
    and ledger.reason_code = {{ in_flight }}
    and ledger.run_id = {{ run_id }}
    and acks.run_id = {{ run_id }}
    and acks.action = 'change_address'
    and acks.outcome in ('accepted', 'held')
{% endmacro %}

{# Whose address Mailchimp changed in an earlier run: the old address and the new. #}
{% macro address_changes_of_earlier_run(changes) %}
create temporary table {{ anew("loader_changed") }} as
select previous_email, email_address, false as is_gone
from
    (
        values
    {% for old, new in changes %}
        ({{ old }}, {{ new }}){% if not loop.last %}, {% endif %}
    {% endfor %}
    ) as changes (previous_email, email_address)
{% endmacro %}

{# A contact whose address changed keeps what every audience of the list knows of it. The claim
   of the change has served. #}
{% macro rename_address(ledger, in_flight, list_id) %}
update {{ ledger }} as ledger
set
    email_address = loader_changed.email_address,
    outcome = case
        when ledger.action = 'change_address' and ledger.reason_code = {{ in_flight }}
        then 'accepted'
        else ledger.outcome
    end,
    pending_email = case
        when ledger.action = 'change_address' and ledger.reason_code = {{ in_flight }}
        then null
        else ledger.pending_email
    end,
    reason_code = case
        when ledger.action = 'change_address' and ledger.reason_code = {{ in_flight }}
        then null
        else ledger.reason_code
    end
from loader_changed
where
    ledger.list_id = {{ list_id }}
    and ledger.email_address = loader_changed.previous_email
    and loader_changed.is_gone is not true
{% endmacro %}

{# What is known of a contact under its new address joins what was known under the old one,
   where an audience has both. #}
{% macro merge_address_state(ledger, list_id) %}
update {{ ledger }} as kept
set
    is_managed = coalesce(kept.is_managed, false) or coalesce(joined.is_managed, false),
    claim_state = coalesce(joined.claim_state, kept.claim_state)
from {{ ledger }} as joined, loader_changed
where
    kept.list_id = {{ list_id }}
    and joined.list_id = {{ list_id }}
    and loader_changed.is_gone is not true
    and kept.email_address = loader_changed.previous_email
    and joined.email_address = loader_changed.email_address
    and kept.audience = joined.audience
    and kept.kind = joined.kind
    and kept.segment = joined.segment
{% endmacro %}

{# What is remembered of a new address, where the contact that comes to it brings the same. #}
{% macro delete_superseded(ledger, list_id) %}
delete from {{ ledger }} as joined
where
    joined.list_id = {{ list_id }}
    and exists (
        select 1
        from loader_changed
        inner join {{ ledger }} as kept on loader_changed.previous_email = kept.email_address
        where
            loader_changed.is_gone is not true
            and loader_changed.email_address = joined.email_address
            and kept.list_id = {{ list_id }}
            and kept.audience = joined.audience
            and kept.kind = joined.kind
            and kept.segment = joined.segment
    )
{% endmacro %}

{# The list has nobody under an address that a contact had before. #}
{% macro delete_old_member(members, list_id) %}
delete from {{ members }}
where
    list_id = {{ list_id }}
    and email_address in (select loader_changed.previous_email from loader_changed)
{% endmacro %}
