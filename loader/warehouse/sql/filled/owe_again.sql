{# What was confirmed of these kinds went with what is gone; that it was sent stays known. #}
update {{ ledger }}
set confirmed = 'refresh'
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and confirmed is not null
    and kind in ({% for kind in kinds %}{{ kind }}{% if not loop.last %}, {% endif %}{% endfor %})
