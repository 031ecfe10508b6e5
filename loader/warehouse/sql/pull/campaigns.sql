{# Keep campaigns, and how far their reports were read. #}
{# Put in the campaigns that a read has brought; how far their events are known stays. #}
{% macro merge_campaigns(campaigns, pages) %}
merge into {{ campaigns }} as campaigns
using (select distinct on (campaign_id) * from {{ pages }} order by campaign_id, page desc) as pages
on campaigns.campaign_id = pages.campaign_id
when matched
then
    update
    set
        title = pages.title,
        subject_line = pages.subject_line,
        type = pages.type,
        status = pages.status,
        created_at = pages.created_at,
        sent_at = pages.sent_at,
        emails_sent = pages.emails_sent,
        report = pages.report,
        read_at = pages.read_at
when not matched
then
    insert (
        campaign_id, list_id, title, subject_line, type, status, created_at, sent_at, emails_sent,
        report, read_at
    )
    values (
        pages.campaign_id,
        pages.list_id,
        pages.title,
        pages.subject_line,
        pages.type,
        pages.status,
        pages.created_at,
        pages.sent_at,
        pages.emails_sent,
        pages.report,
        pages.read_at
    )
{% endmacro %}

{# The events of a campaign are known as of a moment, and as its report then was. #}
{% macro set_campaign_watermark(campaigns, campaign_id, read_at, report) %}
update {{ campaigns }}
set events_read_at = {{ read_at }}, events_report = {{ report }}
where campaign_id = {{ campaign_id }}
{% endmacro %}

{# The campaigns of a list as they were pulled, and how far their events are known. #}
{% macro campaigns(campaigns, list_id) %}
select campaign_id, list_id, sent_at, report, events_report, events_read_at
from {{ campaigns }}
where list_id = {{ list_id }}
order by sent_at, campaign_id
{% endmacro %}
