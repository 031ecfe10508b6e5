{#
    Put in the events of a campaign: those of an address as the last page had them. Events have no id;
    the same ones in the same second are told apart by a number.
#}
insert into {{ events }} by name
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
