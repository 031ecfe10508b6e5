{# Put what another target knows in the place of what this one knows, until it is undone. #}
{# What the other target knows. #}
{% macro copy(kept, other, copied) %}
insert into {{ kept }} ({{ copied }})
select {{ copied }}
from {{ other }}
{% endmacro %}

{# Nothing is known of it any more. #}
{% macro clear(kept) %}
delete from {{ kept }}
{% endmacro %}

{# What a run that was killed there was answered, and that is not in its ledger yet. #}
{% macro copy_unfinished(acks, other_acks, other_runs) %}
insert into {{ acks }}
select acks.*
from {{ other_acks }} as acks
where
    exists (
        select 1
        from {{ other_runs }} as runs
        where
            runs.run_id = acks.run_id
            and runs.list_id = acks.list_id
            and runs.finished_at is null
    )
{% endmacro %}

{# Of the contacts those stay that were read in Mailchimp just now. #}
{% macro clear_members(members, read_lists) %}
delete from {{ members }}
where
    true
    {%- for list_id in read_lists %} and list_id <> {{ list_id }}
    {%- endfor %}
{% endmacro %}

{# The contacts of the other lists, as the other target read them last. #}
{% macro copy_members(members, other_members, read_lists, status_columns) %}
insert into {{ members }} ({{ status_columns }})
select {{ status_columns }}
from {{ other_members }}
where
    true
    {%- for list_id in read_lists %} and list_id <> {{ list_id }}
    {%- endfor %}
{% endmacro %}

{# All that a pull there brought of the contacts. #}
{% macro copy_details(members, other_members, detail_columns) %}
update {{ members }} as members
set
    {% for column in detail_columns -%}
        {{ column }} = other.{{ column }}
        {% if not loop.last %},{% endif %}
    {% endfor %}
from {{ other_members }} as other
where
    members.list_id = other.list_id
    and members.email_address = other.email_address
    and other.details_read_at is not null
{% endmacro %}

{# What the audience had selected there is what it selected before. #}
{% macro copy_history(history, other_history, history_columns, now) %}
insert into {{ history }} ({{ history_columns }}, dbt_valid_to)
select {{ history_columns }}, coalesce(dbt_valid_to, {{ now }}) as dbt_valid_to
from {{ other_history }}
{% endmacro %}

{# Audiences that this target has not built want whom they want there; of those that are gone from
   the project whom they have sent. #}
{% macro keep_wanted(ledger, wanted, other_wanted, not_built, gone) %}
insert into {{ wanted }} (audience, list_id, email_address, may_create)
select wanted.audience, wanted.list_id, wanted.email_address, wanted.may_create
from {{ other_wanted }} as wanted
where
    (
        false
    {%- for name in not_built %} or wanted.audience = {{ name }}
    {%- endfor %}
    )
    or (
        (
            false
    {%- for name in gone %} or wanted.audience = {{ name }}
    {%- endfor %}
        )
        and exists (
            select 1
            from {{ ledger }} as ledger
            where
                ledger.list_id = wanted.list_id
                and ledger.audience = wanted.audience
                and ledger.email_address = wanted.email_address
                and ledger.is_managed
        )
    )
{% endmacro %}

{# What audiences have put on lists: contacts of ours, and places. #}
{% macro placed(ledger, gone) %}
select
    audience,
    list_id,
    kind,
    segment,
    count(case when kind = 'contact' and not pre_existing then 1 end) as contacts
from {{ ledger }}
where
    is_managed
    and (
        false
    {%- for name in gone %} or audience = {{ name }}
    {%- endfor %}
    )
group by audience, list_id, kind, segment
order by audience, list_id, kind, segment
{% endmacro %}

{# The dbt project of each audience that is registered. #}
{% macro projects(audiences) %} select audience, project from {{ audiences }}
{% endmacro %}

{# A list as a pull saw it. #}
{% macro pulled_list(lists, list_id) %}
select name, double_optin
from {{ lists }}
where list_id = {{ list_id }}
{% endmacro %}

{# The merge fields of a list as a pull saw them. #}
{% macro pulled_fields(merge_fields, list_id) %}
select tag, type, merge_id, required
from {{ merge_fields }}
where list_id = {{ list_id }}
{% endmacro %}

{# What audiences fill on a list, and the segments there that a run or a pull saw. #}
{% macro known_places(filled, list_segments, segments, list_id) %}
select kind, name, remote_id, type
from {{ filled }}
where list_id = {{ list_id }}
union
select 'segment' as kind, segment as name, cast(segment_id as varchar) as remote_id, cast(null as varchar) as type
from {{ segments }}
where list_id = {{ list_id }} and segment_id is not null
union
select 'segment', name, cast(segment_id as varchar), cast(null as varchar)
from {{ list_segments }}
where list_id = {{ list_id }} and type = 'static'
{% endmacro %}
