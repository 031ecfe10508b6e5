{# Somebody whose address was changed in Mailchimp changed it again. #}
update {{ drift }} as drift
set found = pages.email_address
from {{ members }} as members, {{ pages }} as pages
where
    drift.list_id = {{ list_id }}
    and drift.drift = 'another address'
    and members.list_id = {{ list_id }}
    and drift.found = members.email_address
    and members.contact_id = pages.contact_id
    and members.email_address <> pages.email_address
    and drift.email_address <> pages.email_address
    and members.email_address not in (select others.email_address from {{ pages }} as others)
