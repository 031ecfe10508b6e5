{#
    What an audience has in places that it does not name any more, and that the plan leaves where it
    is, is none of the audience's any more. Whom we archived is remembered, in case that they are
    wanted again.
#}
delete from {{ ledger }} as ledger
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and (
        (kind in ('contact', 'permissions') and not {{ keeps_contacts }})
        or kind = 'segment'
        or (kind = 'tag' and not {{ keeps_tags }})
    )
    {%- for name in named_segments %} and lower(segment) <> {{ name }} {%- endfor %}
    and archived_at is null
    and not exists (
        select 1
        from loader_plan
        where
            loader_plan.kind = ledger.kind
            and loader_plan.segment = ledger.segment
            and loader_plan.email_address = ledger.email_address
    )
