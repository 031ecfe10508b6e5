{# What an audience fills on a list, as Mailchimp had it when a run looked last. #}
select kind, name, remote_id, type
from {{ filled }}
where list_id = {{ list_id }} and audience = {{ audience }}
