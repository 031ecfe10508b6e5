{#
    What is found where a list that was read whole differs from what one audience believes of it: nothing
    yet. A row is a contact and a difference. `is_manual_change` says that a person may have meant it, so that
    no sync undoes it.
#}
create or replace temporary table drift_found (
    kind varchar,
    segment varchar,
    email_address varchar,
    drift_type varchar,
    field varchar,
    expected varchar,
    actual varchar,
    is_manual_change boolean
)
