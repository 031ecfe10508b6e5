{# A segment that we made or took over; without an id it is about to be made. #}
insert into {{ segments }} (list_id, segment, segment_id, audience, is_managed, recreate, run_id)
values (
{{ list_id }}, {{ segment }}, {{ segment_id }}, {{ audience }}, {{ is_managed }}, {{ recreate }}, {{ run_id }}
)
