{#
    The tables between dbt and the loader, column by column, in order. The loader has the same list
    (loader/warehouse/contract.py), and a test compares the two.
#}
{% macro loader_tables() %}
    {{
        return(
            {
                "loader_audiences": {
                    "audience": "varchar",
                    "path": "varchar",
                    "tags": "varchar",
                    "enabled": "boolean",
                    "status": "varchar",
                    "failed_tests": "varchar",
                    "configuration": "varchar",
                    "history": "varchar",
                    "current_view": "varchar",
                    "delta": "varchar",
                    "invocation_id": "varchar",
                    "built_at": "timestamp",
                },
                "loader_ledger": {
                    "list_id": "varchar",
                    "audience": "varchar",
                    "kind": "varchar",
                    "segment": "varchar",
                    "email_address": "varchar",
                    "existed": "boolean",
                    "sent": "boolean",
                    "claimed": "varchar",
                    "confirmed": "varchar",
                    "action": "varchar",
                    "payload_hash": "varchar",
                    "outcome": "varchar",
                    "reason": "varchar",
                    "text": "varchar",
                    "attempts": "bigint",
                    "archived_at": "timestamp",
                    "acked_at": "timestamp",
                    "run_id": "varchar",
                },
                "loader_acks": {
                    "run_id": "varchar",
                    "audience": "varchar",
                    "list_id": "varchar",
                    "segment": "varchar",
                    "email_address": "varchar",
                    "person_id": "varchar",
                    "action": "varchar",
                    "payload_hash": "varchar",
                    "outcome": "varchar",
                    "reason": "varchar",
                    "text": "varchar",
                    "acked_at": "timestamp",
                },
                "loader_runs": {
                    "run_id": "varchar",
                    "audience": "varchar",
                    "list_id": "varchar",
                    "started_at": "timestamp",
                    "finished_at": "timestamp",
                    "options": "varchar",
                    "accepted": "bigint",
                    "held": "bigint",
                    "rejected": "bigint",
                    "invalid": "bigint",
                    "unknown": "bigint",
                    "counts": "varchar",
                    "requests": "bigint",
                    "writes": "bigint",
                    "retries": "bigint",
                    "width": "bigint",
                    "exit_code": "bigint",
                    "message": "varchar",
                    "version": "varchar",
                },
                "loader_segments": {
                    "list_id": "varchar",
                    "segment": "varchar",
                    "segment_id": "bigint",
                    "audience": "varchar",
                    "is_ours": "boolean",
                    "remake": "boolean",
                    "run_id": "varchar",
                },
                "mailchimp_members": {
                    "list_id": "varchar",
                    "email_address": "varchar",
                    "status": "varchar",
                    "last_changed": "timestamp",
                    "read_at": "timestamp",
                },
            }
        )
    }}
{% endmacro %}

{# One of the loader's relations: they stand in the target schema, whatever schema an audience has. #}
{% macro loader_relation(name) -%}
    {{
        return(
            api.Relation.create(database=target.database, schema=target.schema, identifier=name)
        )
    }}
{%- endmacro %}
