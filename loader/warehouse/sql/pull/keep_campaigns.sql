{# Put in the campaigns that a read has brought; how far their events are known stays. #}
merge into {{ campaigns }} as campaigns
using (select distinct on (campaign_id) * exclude (page) from {{ pages }}) as pages
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
then insert by name
