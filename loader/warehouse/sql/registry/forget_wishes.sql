{# Delete what is no longer wanted. #}
delete from {{ wished }} as wished
where
    not exists (
        select 1
        from loader_wishes as wishes
        where
            true
            {%- for column in columns %} and wishes.{{ column }} = wished.{{ column }} {%- endfor %}
    )
