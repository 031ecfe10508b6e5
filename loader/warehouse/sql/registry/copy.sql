{# Copy what another target knows. #}
{# A table in which the rows of another one wait until all tables have come. #}
{% macro stage_copy(copied, like, pages) %}
    create table {{ pages }} as
    select {{ copied }}
    from {{ like }}
    where 1 = 0
{% endmacro %}

{# The history of an audience whose model is gone. #}
{% macro make_history(copied, kept, like) %}
    create table if not exists {{ kept }} as
    select {{ copied }}
    from {{ like }}
    where 1 = 0
{% endmacro %}

{# Take the rows that were copied. #}
{% macro insert_copied(copied, kept, pages) %}
    insert into {{ kept }} ({{ copied }})
    select {{ copied }}
    from {{ pages }}
{% endmacro %}

{# Register an audience whose model is gone. #}
{% macro add_removed(
    audiences,
    audience,
    configuration,
    failed_tests,
    kept_history,
    path,
    project,
    status,
    tags
) %}
    insert into {{ audiences }} (
        audience, project, path, tags, enabled, status, failed_tests, configuration, history
    )
    values (
    {{ audience }},
    {{ project }},
    {{ path }},
    {{ tags }},
        false,
    {{ status }},
    {{ failed_tests }},
    {{ configuration }},
    {{ kept_history }}
    )
{% endmacro %}

{# Nothing is sent before dbt has built every audience on what was copied. #}
{% macro await_builds(audiences, migrated, removed) %}
update {{ audiences }}
set status = {{ migrated }}
where history is not null and status <> {{ removed }}
{% endmacro %}

{# Whatever is in a table gives way to what was copied. #}
{% macro clear(kept) %}
delete from {{ kept }}
{% endmacro %}

{# Whether anything was ever sent, or recorded as sent, from the target schema. #}
{% macro has_sent(acks, ledger) %}
    select exists (select 1 from {{ acks }}) or exists (select 1 from {{ ledger }}) as has_sent
{% endmacro %}

{# The audiences that were ever built. #}
{% macro built(audiences) %}
    select audience, project, path, tags, status, failed_tests, configuration, history
    from {{ audiences }}
    where history is not null
    order by audience
{% endmacro %}

{# The rows of a table. #}
{% macro copied_rows(copied, table) %}
select {{ copied }} from {{ table }}
{% endmacro %}
