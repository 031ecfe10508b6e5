{# The events of a campaign are known as of a moment, and as its report then was. #}
update {{ campaigns }}
set events_read_at = {{ read_at }}, events_report = {{ report }}
where campaign_id = {{ campaign_id }}
