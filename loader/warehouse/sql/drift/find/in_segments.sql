{# Who is shown in which static segment of a list; a tag is one, too. #}
create or replace temporary table drift_in_segments as
select distinct {{ name_key("segments.name") }} as segment, people.segment_id, people.email_address
from {{ segment_members }} as people
inner join
{{ list_segments }} as segments
    on people.list_id = segments.list_id
    and people.segment_id = segments.segment_id
where people.list_id = {{ list_id }} and segments.type = 'static'
