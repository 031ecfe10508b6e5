{#
    Wanted minus confirmed, for every list that the audience feeds: one row a contact and action that
    Mailchimp has still to be told, or that it is not told for the reason that stands beside it.
#}
{% macro audience_delta(audience, history, mappings) %}
    {%- for mapping in mappings %}
        {%- if mapping.contacts != "none" %}
            select *
            from
                (
                    {{ mailchimp_activation.delta_of_contacts(audience, history, mapping) }}
                ) as contacts_{{ loop.index }}
        {%- endif %}
        {%- if mapping.contacts != "none" and mapping.segment %}
            union all
        {%- endif %}
        {%- if mapping.segment %}
            select *
            from
                (
                    {{ mailchimp_activation.delta_of_segment(audience, history, mapping) }}
                ) as segment_{{ loop.index }}
        {%- endif %}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
{% endmacro %}

{#
    The contacts that an audience wants on one list. Where another audience wants other values for
    one of them, it can be sent by neither.
#}
{% macro wanted_of(audience, history, mapping) %}
    select
        history.email_address,
        history.person_id,
        history.payload,
        history.payload_hash,
        history.marketing_consent,
        coalesce(history.invalid_reason, conflicts.reason) as invalid_reason
    from {{ history }} as history
    left join
        (
            select email_address, min(reason) as reason
            from {{ mailchimp_activation.loader_relation("loader_conflicts") }}
            where
                list_id = {{ mailchimp_activation.literal(mapping.list_id) }}
                and audience = {{ mailchimp_activation.literal(audience) }}
            group by email_address
        ) as conflicts
        on history.email_address = conflicts.email_address
    where history.dbt_valid_to is null
{% endmacro %}

{# The rows of the ledger that one audience has for one list and place ('' is the contact itself). #}
{% macro ledger_of(audience, mapping, segment) %}
    select *
    from {{ mailchimp_activation.loader_relation("loader_ledger") }}
    where
        list_id = {{ mailchimp_activation.literal(mapping.list_id) }}
        and audience = {{ mailchimp_activation.literal(audience) }}
        and segment = {{ mailchimp_activation.literal(segment) }}
{% endmacro %}

{# The columns of a delta that come from the ledger and from the configuration, the same everywhere. #}
{% macro delta_columns(audience, mapping, segment) %}
    {{ mailchimp_activation.literal(audience) }} as audience,
    {{ mailchimp_activation.literal(mapping.list_id) }} as list_id,
    {{ mailchimp_activation.literal(segment) }} as segment,
    coalesce(wanted.email_address, ledger.email_address) as email_address,
    wanted.person_id,
    ledger.existed,
    coalesce(ledger.sent, false) as sent,
    ledger.confirmed,
    ledger.action as last_action,
    ledger.outcome as last_outcome,
    ledger.reason as last_reason,
    ledger.text as last_text,
    ledger.payload_hash as last_hash,
    ledger.attempts,
    ledger.archived_at,
    ledger.acked_at
{% endmacro %}

{#
    Why a row that is wanted is not sent, where the warehouse knows it: it is invalid, or without
    consent and was never sent. Of somebody who was sent, the refusal is something to tell.
#}
{% macro delta_outcome() %}
    case
        when not wanted.marketing_consent and ledger.sent
        then null
        when wanted.invalid_reason is not null
        then 'invalid'
        when not wanted.marketing_consent
        then 'held'
    end as outcome,
    coalesce(
        wanted.invalid_reason, case when not wanted.marketing_consent then 'no consent' end
    ) as reason
{% endmacro %}

{#
    What the contacts of a list are owed. A contact leaves when it was sent, is ours, and no audience
    of the list wants it. A withdrawn consent is told whatever else is true, also when it was the
    last word of somebody who is gone by now.
#}
{% macro delta_of_contacts(audience, history, mapping) %}
    with

        wanted as ({{ mailchimp_activation.wanted_of(audience, history, mapping) }}),

        ledger as ({{ mailchimp_activation.ledger_of(audience, mapping, "") }}),

        wanted_elsewhere as (

            select distinct email_address
            from {{ mailchimp_activation.loader_relation("loader_wanted") }}
            where
                list_id = {{ mailchimp_activation.literal(mapping.list_id) }}
                and audience <> {{ mailchimp_activation.literal(audience) }}

        ),

        gone as (

            select ledger.email_address
            from ledger
            left join wanted on ledger.email_address = wanted.email_address
            where ledger.sent and wanted.email_address is null

        ),

        gone_refusing as (

            select history.email_address
            from gone
            inner join {{ history }} as history on gone.email_address = history.email_address
            group by history.email_address
            having
                max(case when not history.marketing_consent then history.dbt_valid_to end)
                = max(history.dbt_valid_to)

        ),

        owed as (

            select
                {{ mailchimp_activation.delta_columns(audience, mapping, "") }},
                case
                    when gone_refusing.email_address is not null
                    then 'withdraw'
                    when wanted.email_address is null
                    then {{ mailchimp_activation.literal(mapping.on_leave) }}
                    when not wanted.marketing_consent and ledger.sent
                    then 'withdraw'
                    else 'upsert'
                end as action,
                wanted.payload,
                wanted.payload_hash,
                {{ mailchimp_activation.delta_outcome() }},
                wanted_elsewhere.email_address is not null as is_wanted_elsewhere
            from wanted
            full outer join ledger on wanted.email_address = ledger.email_address
            left join wanted_elsewhere on ledger.email_address = wanted_elsewhere.email_address
            left join gone_refusing on ledger.email_address = gone_refusing.email_address

        )

    select {{ mailchimp_activation.column_list("owed") }}
    from owed
    where
        (
            action = 'upsert'
            and (outcome is not null or confirmed is null or confirmed <> payload_hash)
        )
        or action = 'withdraw'
        or (
            action in ('unsubscribe', 'archive')
            and sent
            and not existed
            and not is_wanted_elsewhere
        )
{% endmacro %}

{#
    What the segment of an audience is owed: everybody wanted, valid and consenting is in it, and
    nobody else whom this audience put there. Somebody whose row became invalid stays in. Why a
    person is not put in is said here only where no row of the contact itself says it.
#}
{% macro delta_of_segment(audience, history, mapping) %}
    with

        wanted as ({{ mailchimp_activation.wanted_of(audience, history, mapping) }}),

        ledger as ({{ mailchimp_activation.ledger_of(audience, mapping, mapping.segment) }}),

        owed as (

            select
                {{ mailchimp_activation.delta_columns(audience, mapping, mapping.segment) }},
                case
                    when wanted.email_address is null
                    then 'segment_remove'
                    when not wanted.marketing_consent and ledger.sent
                    then 'segment_remove'
                    else 'segment_add'
                end as action,
                cast(null as varchar) as payload,
                'member' as payload_hash,
                {{ mailchimp_activation.delta_outcome() }}
            from wanted
            full outer join ledger on wanted.email_address = ledger.email_address

        )

    select {{ mailchimp_activation.column_list("owed") }}
    from owed
    where
        (action = 'segment_remove' and sent)
        or (
            action = 'segment_add' and confirmed is null
            {%- if mapping.contacts != "none" %} and outcome is null {%- endif %}
        )
{% endmacro %}

{# The columns of a delta, in order. #}
{% macro delta_column_names() %}
    {{
        return(
            [
                "audience",
                "list_id",
                "segment",
                "email_address",
                "person_id",
                "action",
                "payload",
                "payload_hash",
                "outcome",
                "reason",
                "existed",
                "sent",
                "confirmed",
                "last_action",
                "last_outcome",
                "last_reason",
                "last_text",
                "last_hash",
                "attempts",
                "archived_at",
                "acked_at",
            ]
        )
    }}
{% endmacro %}

{% macro column_list(relation) -%}
    {%- for name in mailchimp_activation.delta_column_names() -%}
        {{ relation }}.{{ name }}{{ ", " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
