{#
    The audience's history in dbt's snapshot format, with dbt's own macros for building and merging.
    Only the staging query is ours: one full outer join instead of dbt's three joins over every
    column, which takes a fraction of the time and memory and gives the same table. The tables are made
    in plain words: dbt's macro would run the header of the model once more.
#}
{% macro update_history(history, contacts) %}
    {%- set now = dbt_mailchimp.utc_now() | trim -%}
    {%- set strategy = {
        "unique_key": "email_address",
        "updated_at": now,
        "scd_id": snapshot_hash_arguments(["email_address", now]),
        "hard_deletes": "invalidate",
    } -%}
    {%- if load_cached_relation(history) is none -%}
        {%- set first = build_snapshot_table(strategy, contacts) -%}
        {%- set created = "create table " ~ history ~ " as " ~ first -%}
        {%- call statement("main") -%} {{ created }} {%- endcall -%}
    {%- else -%}
        {#- two dbt commands that build one audience take turns -#}
        {%- do dbt_mailchimp.lock_table(history) -%}
        {%- set staging = make_temp_relation(history) -%}
        {%- set changes = dbt_mailchimp.snapshot_changes(history, contacts, strategy) -%}
        {%- set name = staging.include(database=False, schema=False) -%}
        {%- do run_query("create temporary table " ~ name ~ " as " ~ changes) -%}
        {%- set columns = dbt_mailchimp.history_columns() -%}
        {%- call statement("main") -%}
            {{ snapshot_merge_sql(target=history, source=staging, insert_cols=columns) }}
        {%- endcall -%}
        {%- do adapter.drop_relation(staging) -%}
    {%- endif -%}
{% endmacro %}

{# What an audience keeps of a contact, in order. #}
{% macro contact_columns() %}
    {{
        return(
            [
                "email_address",
                "person_id",
                "payload",
                "payload_hash",
                "tags",
                "marketing_permissions",
                "marketing_consent",
                "invalid_reason",
                "dropped_rows",
            ]
        )
    }}
{% endmacro %}

{# The columns of a history table, in order: the contact's, then those of every dbt snapshot. #}
{% macro history_columns() %}
    {{
        return(
            dbt_mailchimp.contact_columns()
            + ["dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to"]
        )
    }}
{% endmacro %}

{# The columns whose change makes a new version of a contact; the md5 stands for the payload. #}
{% macro snapshot_check_columns() %}
    {%- set unchecked = ["email_address", "payload"] -%}
    {{ return(dbt_mailchimp.contact_columns() | reject("in", unchecked) | list) }}
{% endmacro %}

{# What became of each contact since the last run: rows to insert and rows to close. #}
{% macro snapshot_changes(history, contacts, strategy) %}
    {%- set now = strategy.updated_at -%}
    {%- set columns = dbt_mailchimp.contact_columns() | join(", ") -%}
    with

        contacts as ({{ contacts }}),

        known as (select * from {{ history }} where dbt_valid_to is null),

        changed as (

            select
                contacts.*, known.email_address as known_address, known.dbt_scd_id as known_scd_id
            from contacts
            full outer join known on contacts.email_address = known.email_address
            where
                contacts.email_address is null or known.email_address is null
                {%- for name in dbt_mailchimp.snapshot_check_columns() %}
                    or contacts.{{ name }} is distinct from known.{{ name }}
                {%- endfor %}

        )

    select
        'insert' as dbt_change_type,
        {{ columns }},
        {{ strategy.scd_id }} as dbt_scd_id,
        {{ now }} as dbt_updated_at,
        {{ now }} as dbt_valid_from,
        cast(null as timestamp) as dbt_valid_to
    from changed
    where email_address is not null

    union all

    select
        'update' as dbt_change_type,
        {{ columns }},
        known_scd_id as dbt_scd_id,
        {{ now }} as dbt_updated_at,
        {{ now }} as dbt_valid_from,
        {{ now }} as dbt_valid_to
    from changed
    where known_address is not null
{% endmacro %}

{# What is kept of the contacts of an audience as they are now. #}
{% macro audience_current(history) %}
    select {{ dbt_mailchimp.contact_columns() | join(", ") }}, dbt_valid_from
    from {{ history }}
    where dbt_valid_to is null
{% endmacro %}
