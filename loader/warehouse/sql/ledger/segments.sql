{# The segments of a list that the loader tracks. #}
{# A segment that we made or took over; without an id it is about to be made. #}
{% macro track_segment(
    segments, audience, is_managed, list_id, recreate, run_id, segment, segment_id
) %}
insert into {{ segments }} (list_id, segment, segment_id, audience, is_managed, recreate, run_id)
values (
    {{ list_id }}, {{ segment }}, {{ segment_id }}, {{ audience }}, {{ is_managed }}, {{ recreate }}, {{ run_id }}
)
{% endmacro %}

{# One segment of a list is not known any more, however it is spelled. #}
{% macro untrack_segment(segments, list_id, segment) %}
delete from {{ segments }} where list_id = {{ list_id }} and lower(segment) = lower({{ segment }})
{% endmacro %}

{# A segment of ours with somebody else in it stays, and no audience has anything in it. #}
{% macro release_segment(segments, list_id, segment) %}
update {{ segments }} set audience = null
where list_id = {{ list_id }} and lower(segment) = lower({{ segment }})
{% endmacro %}

{# The segments of a list that we made or took over. #}
{% macro known_segments(segments, list_id) %}
select segment, segment_id, is_managed, recreate from {{ segments }} where list_id = {{ list_id }}
{% endmacro %}
