{# A segment of ours with somebody else in it stays, and no audience has anything in it. #}
update {{ segments }} set audience = null
where list_id = {{ list_id }} and lower(segment) = lower({{ segment }})
