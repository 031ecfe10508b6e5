{# Some of what an audience fills on a list is not known any more. #}
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
