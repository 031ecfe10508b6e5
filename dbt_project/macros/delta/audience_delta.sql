{#
    Wanted minus confirmed, for every list that the audience feeds: one row a contact and action that
    Mailchimp has still to be told, or that it is not told for the reason that stands beside it.
#}
{% macro audience_delta(audience, history, mappings, columns) %}
    {%- set parts = [] -%}
    {%- for mapping in mappings %}
        {%- if mapping.contacts != "none" -%}
            {%- do parts.append(
                dbt_mailchimp.delta_of_contacts(audience, history, mapping, columns)
            ) -%}
        {%- endif -%}
        {%- if mapping.segment -%}
            {%- do parts.append(
                dbt_mailchimp.delta_of_segment(audience, history, mapping, columns)
            ) -%}
        {%- endif -%}
        {%- if columns.tags -%}
            {%- do parts.append(
                dbt_mailchimp.delta_of_tags(audience, history, mapping, columns)
            ) -%}
        {%- endif -%}
        {%- if columns.permissions -%}
            {%- do parts.append(
                dbt_mailchimp.delta_of_permissions(audience, history, mapping, columns)
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for part in parts %}
        select *
        from ({{ part }}) as part_{{ loop.index }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
{% endmacro %}

{#
    The contacts that an audience wants on one list. Where another audience wants other values for
    one of them, it can be sent by neither.
#}
{% macro wanted_contacts(audience, history, mapping) %}
    select
        history.email_address,
        history.person_id,
        history.payload,
        history.payload_hash,
        history.tags,
        history.marketing_permissions,
        history.marketing_consent,
        coalesce(history.invalid_reason, conflicts.reason) as invalid_reason,
        case
            when history.invalid_reason is not null
            then {{ dbt_mailchimp.invalid_code("history.invalid_reason") }}
            when conflicts.reason is not null
            then 'conflicting_values'
        end as invalid_code
    from {{ history }} as history
    left join
        {{ dbt_mailchimp.loader_relation("loader_conflicts") }} as conflicts
        on history.email_address = conflicts.email_address
        and conflicts.list_id = {{ dbt_mailchimp.literal(mapping.list_id) }}
        and conflicts.audience = {{ dbt_mailchimp.literal(audience) }}
    where history.dbt_valid_to is null
{% endmacro %}

{# The rows of the ledger that one audience has for one list, of one kind. #}
{% macro audience_ledger(audience, mapping, kind) %}
    select *
    from {{ dbt_mailchimp.loader_relation("loader_ledger") }}
    where
        list_id = {{ dbt_mailchimp.literal(mapping.list_id) }}
        and audience = {{ dbt_mailchimp.literal(audience) }}
        and kind = {{ dbt_mailchimp.literal(kind) }}
        {%- if kind == "segment" %}
            and segment = {{ dbt_mailchimp.literal(mapping.segment) }}
        {%- endif %}
{% endmacro %}

{#
    Whom other audiences want on a list, among the contacts of a relation: where there are none of
    those, nobody is looked at. With `keeping`, only the audiences that may create contacts count: the
    others keep nobody on the list.
#}
{% macro wanted_by_other_audiences(audience, mapping, among, keeping=false) %}
    select distinct elsewhere.email_address
    from {{ among }} as contacts
    inner join
        {{ dbt_mailchimp.loader_relation("loader_wanted") }} as elsewhere
        on contacts.email_address = elsewhere.email_address
    where
        elsewhere.list_id = {{ dbt_mailchimp.literal(mapping.list_id) }}
        and elsewhere.audience <> {{ dbt_mailchimp.literal(audience) }}
        {%- if keeping %} and elsewhere.may_create {%- endif %}
{% endmacro %}

{#
    The columns of a delta that come from the ledger and from the configuration, the same everywhere.
    `address` says which contact it is, `is_wanted` whether the audience still selects it.
#}
{% macro delta_columns(audience, mapping, kind, address, is_wanted) %}
    {{ dbt_mailchimp.literal(audience) }} as audience,
    {{ dbt_mailchimp.literal(mapping.list_id) }} as list_id,
    {{ dbt_mailchimp.literal(kind) }} as kind,
    {{ address }} as email_address,
    wanted.person_id,
    {{ is_wanted }} as is_wanted,
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
{% endmacro %}

{#
    Why a row that is wanted is not sent, where the warehouse knows it: it is invalid, or without
    consent and was never sent. Of somebody who was sent, the refusal is something to tell.
#}
{% macro skip_outcome() %}
    case
        when not wanted.marketing_consent and ledger.is_managed
        then null
        when wanted.invalid_reason is not null
        then 'invalid'
        when not wanted.marketing_consent
        then 'held'
    end as outcome,
    case
        when wanted.invalid_reason is not null
        then wanted.invalid_code
        when not wanted.marketing_consent
        then 'no_consent'
    end as reason_code,
    wanted.invalid_reason as message
{% endmacro %}

{# The md5 that stands for a membership in a segment or a tag, which has no payload, as SQL. #}
{% macro membership_hash() -%} md5('member') {%- endmacro %}

{# The columns of a delta, in order. #}
{% macro delta_column_names() %}
    {{
        return(
            [
                "audience",
                "list_id",
                "kind",
                "segment",
                "email_address",
                "previous_email",
                "person_id",
                "is_wanted",
                "action",
                "payload",
                "payload_hash",
                "marketing_permissions",
                "outcome",
                "reason_code",
                "message",
                "pre_existing",
                "is_managed",
                "confirmed_hash",
                "confirmed_permissions",
                "resend_reason",
                "last_action",
                "last_outcome",
                "last_reason_code",
                "last_message",
                "last_mailchimp_code",
                "last_hash",
                "attempts",
                "acked_at",
            ]
        )
    }}
{% endmacro %}

{% macro delta_column_list(relation) -%}
    {%- for name in dbt_mailchimp.delta_column_names() -%}
        {{ relation }}.{{ name }}{{ ", " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
