{#
    What was found before gives way, but for what a person decided, that is noted already and is still
    so.
#}
delete from {{ drift }} as known
where
    known.list_id = {{ list_id }}
    and known.audience = {{ audience }}
    and not (
        known.is_manual_change
        and known.healed_at is not null
        and exists (
            select 1
            from drift_found as found
            where
                found.kind = known.kind
                and found.email_address = known.email_address
                and found.drift_type = known.drift_type
                and found.field is not distinct from known.field
                and found.actual is not distinct from known.actual
        )
    )
