{# Keep what was found, but for what a person decided and that is noted already. #}
insert into {{ drift }} by name
select {{ audience }} as audience, {{ list_id }} as list_id, found.*, {{ now }} as found_at
from drift_found as found
where
    not exists (
        select 1
        from {{ drift }} as known
        where
            known.list_id = {{ list_id }}
            and known.audience = {{ audience }}
            and known.kind = found.kind
            and known.email_address = found.email_address
            and known.drift_type = found.drift_type
            and known.field is not distinct from found.field
            and known.segment = found.segment
    )
