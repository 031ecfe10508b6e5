{#
    Put in the complaints of a list, all of them: those of a campaign and address as the last page had
    them. The same ones in the same second are told apart by a number.
#}
insert into {{ events }} by name
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
