{# Release or confirm claims, after a run that completed and after one that was killed. #}
{# Release what a completed run claimed and did not send: a row from before the claim is what it
   was, and a row of the claim is not known. #}
{% macro release_claims(ledger, list_id, run_id) %}
update {{ ledger }}
set
    is_managed = false,
    pre_existing = case when claim_state = 'reclaim' then pre_existing end,
    claim_state = null
where
    run_id = {{ run_id }}
    and list_id = {{ list_id }}
    and claim_state is not null
{% endmacro %}

{# Clear the in-flight marker of archives and changes of address that a completed run did not
   send. The marker of a change without a usable answer stays: its result is not known. #}
{% macro release_in_flight(acks, ledger, in_flight, list_id, run_id) %}
update {{ ledger }} as ledger
set outcome = null, reason_code = null, message = null, mailchimp_code = null, pending_email = null
where
    run_id = {{ run_id }}
    and list_id = {{ list_id }}
    and reason_code = {{ in_flight }}
    and (
        action <> 'change_address'
        or not exists (
            select 1
            from {{ acks }} as acks
            where
                acks.run_id = {{ run_id }}
                and acks.list_id = {{ list_id }}
                and acks.audience = ledger.audience
                and acks.email_address = ledger.pending_email
                and acks.outcome = 'unknown'
        )
    )
{% endmacro %}

{# Delete rows whose claim was released and that never received an answer. #}
{% macro delete_unattempted(ledger, list_id, run_id) %}
delete from {{ ledger }}
where
    run_id = {{ run_id }}
    and list_id = {{ list_id }}
    and outcome is null
    and not is_managed
    and pre_existing is null
{% endmacro %}

{# What a loader that was killed had claimed may have been sent, so the claim stands. #}
{% macro confirm_claims_after_crash(ledger, list_id, run_id) %}
update {{ ledger }}
set claim_state = null
where
    run_id = {{ run_id }}
    and list_id = {{ list_id }}
    and claim_state is not null
{% endmacro %}
