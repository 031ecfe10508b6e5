{# Keep what campaigns did to contacts. #}
{# Put in the events of a campaign: those of an address as the last page had them. Events have
   no id; the same ones in the same second are told apart by a number. #}
{% macro insert_events(events, pages, since) %}
insert into {{ events }} (
    list_id, campaign_id, email_address, event, occurred_at, url, reason, ordinal, source
)
select
    list_id,
    campaign_id,
    email_address,
    event,
    occurred_at,
    url,
    reason,
    row_number() over (
        partition by email_address, event, occurred_at, url, reason order by page
    ) as ordinal,
    'mailchimp' as source
from
    (
        select *, max(page) over (partition by email_address, event in ('sent'), event in ('unsubscribed')) as last_page
        from {{ pages }}
    ) as placed
where
    page = last_page
    and (event in ('sent', 'unsubscribed') or {{ since }} is null or occurred_at >= {{ since }})
{% endmacro %}

{# Take out the events of a campaign that are read anew: all of the reports that have no time to
   read from, and what was done since the moment from which it was asked for. #}
{% macro delete_events(events, campaign_id, since) %}
delete from {{ events }}
where
    campaign_id = {{ campaign_id }}
    and event <> 'complained'  -- which are read by list
    and (event in ('sent', 'unsubscribed') or {{ since }} is null or occurred_at >= {{ since }})
{% endmacro %}

{# Put in the complaints of a list, all of them: those of a campaign and address as the last
   page had them. The same ones in the same second are told apart by a number. #}
{% macro merge_complaints(events, pages) %}
insert into {{ events }} (list_id, campaign_id, email_address, event, occurred_at, ordinal, source)
select
    list_id,
    campaign_id,
    email_address,
    event,
    occurred_at,
    row_number() over (partition by campaign_id, email_address, occurred_at order by page) as ordinal,
    'mailchimp' as source
from
    (
        select *, max(page) over (partition by campaign_id, email_address) as last_page
        from {{ pages }}
    ) as placed
where page = last_page
{% endmacro %}

{# The complaints of a list are read whole each time. #}
{% macro delete_complaints(events, list_id) %}
delete from {{ events }} where list_id = {{ list_id }} and event = 'complained'
{% endmacro %}
