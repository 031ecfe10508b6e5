{#
    One audience from end to end. READ THIS FIRST: what the model selects becomes one row a contact,
    the contacts become history, and history minus the ledger becomes the delta.
#}
{% materialization audience, default %}
    {%- do mailchimp_activation.refuse_partial_builds() -%}
    {%- do mailchimp_activation.refuse_other_database(this) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {#- the model's SQL may call what its hooks and its header make -#}
    {%- do mailchimp_activation.run_sql_header(model) -%}

    {%- set mappings = mailchimp_activation.audience_mappings(model) -%}
    {%- set columns = mailchimp_activation.audience_columns(
        mailchimp_activation.columns_of_query(sql), mappings[0].fields
    ) -%}
    {%- do mailchimp_activation.check_mappings_fit(mappings, columns) -%}
    {%- do mailchimp_activation.check_identity(model) -%}

    {%- set current = this.incorporate(type="table") -%}
    {%- set history = mailchimp_activation.beside(this, "__history", "table") -%}
    {%- set delta = mailchimp_activation.beside(this, "__delta", "view") -%}

    {%- set rows = mailchimp_activation.select_rows(this, sql, columns, mappings) -%}
    {%- do mailchimp_activation.refuse_duplicates(rows, mappings) -%}
    {%- do mailchimp_activation.replace_table(
        current, mailchimp_activation.audience_selected(rows, columns)
    ) -%}
    {%- do mailchimp_activation.update_history(
        history, mailchimp_activation.audience_contacts(rows, columns, mappings)
    ) -%}
    {%- do mailchimp_activation.replace_view(
        delta,
        mailchimp_activation.audience_delta(
            mailchimp_activation.audience_name(model), history, mappings, columns
        ),
    ) -%}
    {%- do adapter.drop_relation(rows) -%}
    {%- do apply_grants(
        current,
        config.get("grants"),
        should_revoke=should_revoke(replaced, full_refresh_mode=True),
    ) -%}
    {%- do mailchimp_activation.note_registry(history) -%}
    {%- do mailchimp_activation.note_audience(model, mappings, columns) -%}
    {%- do persist_docs(current, model) -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({"relations": [current, history, delta]}) }}
{% endmaterialization %}
