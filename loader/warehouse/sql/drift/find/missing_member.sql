{#
    A contact that was put into a segment, or given a tag, and is not in it. Somebody who does not get
    mail now is in the segment as before, but for the archived and pending.
#}
insert into drift_found
select
    believed.kind,
    believed.segment,
    believed.email_address,
{{ drift_type }},
    null,
    null,
    null,
{{ is_manual_change }}
from drift_believed as believed
left join
    drift_in_segments as inside
    on lower(believed.segment) = inside.segment
    and believed.email_address = inside.email_address
where
    believed.kind in ('segment', 'tag')
    and inside.email_address is null
    and coalesce(believed.status, '') not in ('archived', 'pending')
