{#
    Take out the events of a campaign that are read anew: all of the reports that have no time to read
    from, and what was done since the moment from which it was asked for.
#}
delete from {{ events }}
where
    campaign_id = {{ campaign_id }}
    and event <> 'complained'  -- which are read by list
    and (event in ('sent', 'unsubscribed') or {{ since }} is null or occurred_at >= {{ since }})
