{#
    A contact of ours that an audience lets go of stays ours where another audience that may create
    contacts wants it: that one knows from now on that the contact is.
#}
merge into {{ ledger }} as ledger
using (
    select distinct wanted.audience, let_go.email_address
    from {{ ledger }} as let_go
    inner join
{{ wanted }} as wanted
        on let_go.list_id = wanted.list_id
        and let_go.email_address = wanted.email_address
    where
        let_go.list_id = {{ list_id }}
        and let_go.audience = {{ audience }}
        and let_go.kind = 'contact'
        and let_go.is_managed
        and not let_go.pre_existing
        and wanted.audience <> {{ audience }}
        and wanted.may_create
        and not {{ keeps_contacts }}
) as handed
on
    ledger.list_id = {{ list_id }}
    and ledger.audience = handed.audience
    and ledger.kind = 'contact'
    and ledger.segment = ''
    and ledger.email_address = handed.email_address
when matched
then
    update
    set pre_existing = coalesce(ledger.pre_existing, false)
when not matched
then
    insert (list_id, audience, kind, segment, email_address, pre_existing, is_managed, attempts)
    values ({{ list_id }}, handed.audience, 'contact', '', handed.email_address, false, false, 0)
