{# What audiences fill on a list: merge fields, interests, permissions, tags. #}
{# What an audience fills on a list, as Mailchimp has it now. #}
{% macro insert_filled(filled, audience, list_id, noted) %}
insert into {{ filled }} (list_id, audience, kind, name, remote_id, type)
values
    {% for one in noted %}
    (
        {{ list_id }}, {{ audience }}, {{ one.kind }}, {{ one.name }}, {{ one.id }}, {{ one.type }}
    ){% if not loop.last %},{% endif %}
    {% endfor %}
{% endmacro %}

{# Some of what an audience fills on a list is not known any more. #}
{% macro delete_filled(filled, audience, forgotten, list_id) %}
delete from {{ filled }}
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and (
        false
    {%- for one in forgotten %}
            or (kind = {{ one.kind }} and name = {{ one.name }})
    {%- endfor %}
    )
{% endmacro %}

{# What was confirmed of these kinds went with what is gone; that it was sent stays known. #}
{% macro mark_filled_pending(ledger, audience, kinds, list_id) %}
update {{ ledger }}
set confirmed_hash = null, confirmed_permissions = null, resend_reason = 'recreated'
where
    list_id = {{ list_id }}
    and audience = {{ audience }}
    and coalesce(confirmed_hash, resend_reason) is not null
    and kind in ({% for kind in kinds %}{{ kind }}{% if not loop.last %}, {% endif %}{% endfor %})
{% endmacro %}

{# What an audience fills on a list, as Mailchimp had it when a run looked last. #}
{% macro known_filled(filled, audience, list_id) %}
select kind, name, remote_id, type
from {{ filled }}
where list_id = {{ list_id }} and audience = {{ audience }}
{% endmacro %}

{# The tags that an audience has given on a list. #}
{% macro known_tags(ledger, audience, list_id) %}
select distinct segment
from {{ ledger }}
where list_id = {{ list_id }} and audience = {{ audience }} and kind = 'tag' and is_managed
{% endmacro %}
