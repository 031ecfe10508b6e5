{# Who was told to leave a list, by which audience, and did. #}
create or replace temporary table drift_told_to_leave as
select audience, email_address, acked_at
from {{ acks }}
where
    list_id = {{ list_id }}
    and action in ('withdraw', 'unsubscribe', 'archive')
    and outcome = 'accepted'
    and reason_code is null
