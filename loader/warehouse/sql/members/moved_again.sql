{# Somebody whose address was changed in Mailchimp changed it again. #}
update {{ drift }} as drift
set actual = pages.email_address
from {{ members }} as members, {{ pages }} as pages
where
    drift.list_id = {{ list_id }}
    and drift.drift_type = 'email_changed'
    and members.list_id = {{ list_id }}
    and drift.actual = members.email_address
    and members.contact_id = pages.contact_id
    and members.email_address <> pages.email_address
    and drift.email_address <> pages.email_address
    and members.email_address not in (select others.email_address from {{ pages }} as others)
