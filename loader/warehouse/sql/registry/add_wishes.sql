{# Add what is wanted since the last run. #}
insert into {{ wished }}
select wishes.*
from loader_wishes as wishes
where
    not exists (
        select 1
        from {{ wished }} as wished
        where
            true
{%- for column in columns %}
            and wishes.{{ column }} = wished.{{ column }}
{%- endfor %}
    )
