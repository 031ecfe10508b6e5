{# What was confirmed of these kinds went with what is gone; that it was sent stays known. #}
update {{ ledger }}
set confirmed_hash = null, confirmed_permissions = null, resend_reason = 'recreated'
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and coalesce(confirmed_hash, resend_reason) is not null
    and kind in ({% for kind in kinds %}{{ kind }}{% if not loop.last %}, {% endif %}{% endfor %})
