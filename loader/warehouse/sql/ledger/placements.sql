{# Where audiences have something on a list. #}
{# A segment that is made anew has nobody in it, as a tag neither: one is the other. That the
   audience was there before stays known. #}
{% macro clear_segment(ledger, list_id, segment) %}
update {{ ledger }}
set is_managed = false, confirmed_hash = null, resend_reason = null
where
    list_id = {{ list_id }}
    and kind in ('segment', 'tag')
    and lower(segment) = lower({{ segment }})
{% endmacro %}

{# Historical refresh: whatever was confirmed is owed again, and still known to have been sent. #}
{% macro refresh_contacts(ledger, audience, list_id) %}
update {{ ledger }}
set confirmed_hash = null, confirmed_permissions = null, resend_reason = 'historical_refresh'
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and kind <> 'segment'
    and coalesce(confirmed_hash, resend_reason) is not null
{% endmacro %}

{# Where an audience has put something that is still there, and the segments that it made. #}
{% macro placements(ledger, segments, audience) %}
select distinct list_id, kind, segment
from {{ ledger }}
where audience = {{ audience }} and is_managed and kind <> 'permissions'
union all
select list_id, 'made' as kind, segment
from {{ segments }}
where audience = {{ audience }} and is_managed
order by list_id, kind, segment
{% endmacro %}

{# The tags that audiences have given on a list. #}
{% macro managed_tags(ledger, list_id) %}
select distinct segment
from {{ ledger }}
where list_id = {{ list_id }} and kind = 'tag' and is_managed
{% endmacro %}

{# Under which names and spellings audiences have something in a segment, its owner's own aside. #}
{% macro in_segment(ledger, audience, list_id, segment) %}
select distinct audience, segment
from {{ ledger }}
where
    list_id = {{ list_id }}
    and kind = 'segment'
    and lower(segment) = lower({{ segment }})
    and (audience <> {{ audience }} or segment <> {{ segment }})
order by audience, segment
{% endmacro %}
