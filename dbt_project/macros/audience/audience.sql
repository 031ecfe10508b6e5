{#
    One audience from end to end. READ THIS FIRST: what the model selects becomes one row a contact,
    the contacts become history, and history minus the ledger becomes the delta.
#}
{% materialization audience, default %}
    {%- do dbt_mailchimp.fail_without_dialect() -%}
    {%- do dbt_mailchimp.fail_on_partial_build() -%}
    {%- do dbt_mailchimp.fail_on_other_database(this) -%}
    {%- do dbt_mailchimp.fail_on_long_name(this) -%}
    {%- do dbt_mailchimp.fail_on_letters() -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {%- do dbt_mailchimp.begin_transaction() -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {#- the model's SQL may call what its hooks and its header make -#}
    {%- do dbt_mailchimp.run_sql_header(model) -%}

    {%- set mappings = dbt_mailchimp.audience_mappings(model) -%}
    {%- set columns = dbt_mailchimp.audience_columns(
        dbt_mailchimp.columns_of_query(sql), mappings[0].fields
    ) -%}
    {%- do dbt_mailchimp.validate_against_columns(mappings, columns) -%}
    {%- do dbt_mailchimp.check_identity(model) -%}

    {%- set current = this.incorporate(type="table") -%}
    {%- set history = dbt_mailchimp.audience_relation(this, "__history", "table") -%}
    {%- set delta = dbt_mailchimp.audience_relation(this, "__delta", "view") -%}

    {%- set rows = dbt_mailchimp.select_rows(this, sql, columns, mappings) -%}
    {%- do dbt_mailchimp.fail_on_duplicates(rows, mappings) -%}
    {%- do dbt_mailchimp.replace_table(current, dbt_mailchimp.audience_selected(rows, columns)) -%}
    {%- do dbt_mailchimp.update_history(
        history, dbt_mailchimp.audience_contacts(rows, columns, mappings)
    ) -%}
    {%- do dbt_mailchimp.replace_view(
        delta,
        dbt_mailchimp.audience_delta(
            dbt_mailchimp.audience_name(model), history, mappings, columns
        ),
    ) -%}
    {%- do adapter.drop_relation(rows) -%}
    {%- do apply_grants(
        current,
        config.get("grants"),
        should_revoke=should_revoke(replaced, full_refresh_mode=True),
    ) -%}
    {%- do dbt_mailchimp.mark_history(history) -%}
    {%- do dbt_mailchimp.register_audience(model, mappings, columns) -%}
    {%- do persist_docs(current, model) -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({"relations": [current, history, delta]}) }}
{% endmaterialization %}
