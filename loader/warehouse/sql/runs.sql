{# Begin and complete runs. #}
{# A run begins with the audiences of a list; until it is finished, its acknowledgements are not
   in the ledger. #}
{% macro start(runs, command, list_id, now, options, run_id, starting, version) %}
insert into {{ runs }} (run_id, audience, list_id, started_at, command, options, version)
values
    {% for audience in starting %}
(
        {{ run_id }}, {{ audience }}, {{ list_id }}, {{ now }}, {{ command }}, {{ options }}, {{ version }}
){% if not loop.last %},{% endif %}
    {% endfor %}
{% endmacro %}

{# A run is done with an audience, in whatever way. #}
{% macro finish(
    runs,
    accepted,
    audience,
    counts,
    exit_code,
    held,
    invalid,
    list_id,
    max_in_flight,
    message,
    now,
    rejected,
    requests,
    retries,
    run_id,
    unknown,
    writes
) %}
update {{ runs }}
set
    finished_at = {{ now }},
    accepted = {{ accepted }},
    held = {{ held }},
    rejected = {{ rejected }},
    invalid = {{ invalid }},
    unknown = {{ unknown }},
    counts = {{ counts }},
    requests = {{ requests }},
    writes = {{ writes }},
    retries = {{ retries }},
    max_in_flight = {{ max_in_flight }},
    exit_code = {{ exit_code }},
    message = {{ message }}
where run_id = {{ run_id }} and audience = {{ audience }} and list_id = {{ list_id }}
{% endmacro %}

{# A plan is carried out by this run, and by no other. #}
{% macro use_plan(used_plans, created_at, now, plan_id, run_id) %}
insert into {{ used_plans }} (plan_id, run_id, created_at, used_at)
select {{ plan_id }}, {{ run_id }}, {{ created_at }}, {{ now }}
where not exists (select 1 from {{ used_plans }} where plan_id = {{ plan_id }})
{% endmacro %}

{# What a loader that was killed left behind, the oldest first. #}
{% macro unfinished(runs) %}
select run_id, list_id
from {{ runs }}
where finished_at is null
group by run_id, list_id
order by min(started_at)
{% endmacro %}

{# A loader that was killed cannot finish its run; its acknowledgements are in the ledger now. #}
{% macro mark_killed(runs, list_id, now, run_id) %}
update {{ runs }}
set finished_at = {{ now }}, exit_code = 4, message = 'The loader was killed; the next run folded its acknowledgements.'
where run_id = {{ run_id }} and list_id = {{ list_id }} and finished_at is null
{% endmacro %}

{# When the last completed run of each audience and list started. A run that a person has to
   look at is completed too. One that Mailchimp, the warehouse or a signal stopped is not: the
   audience is due again. #}
{% macro last_completed(runs) %}
select audience, list_id, max(started_at) as started_at
from {{ runs }}
where exit_code in (0, 1, 2, 5) and command = 'sync'
group by audience, list_id
{% endmacro %}

{# Which run has carried out a plan, and when. #}
{% macro plan_used(used_plans, plan_id) %}
select run_id, used_at from {{ used_plans }} where plan_id = {{ plan_id }}
{% endmacro %}
