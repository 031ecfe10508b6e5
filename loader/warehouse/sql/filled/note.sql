{# What an audience fills on a list, as Mailchimp has it now. #}
insert into {{ filled }} (list_id, audience, kind, name, remote_id, type)
values
{% for one in noted %}
    (
    {{ list_id }}, {{ audience }}, {{ one.kind }}, {{ one.name }}, {{ one.id }}, {{ one.type }}
    ){% if not loop.last %},{% endif %}
{% endfor %}
