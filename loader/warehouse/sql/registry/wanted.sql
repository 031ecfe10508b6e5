{# Who wants whom, as dbt stored it and as it is now. #}
{# What all audiences together want now. #}
{% macro wanted_now(now_wished) %}
create temporary table {{ anew("loader_wishes") }} as
select *
from {{ now_wished }}
{% endmacro %}

{# Add what is wanted since the last run. #}
{% macro add_wanted(columns, wished) %}
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
{% endmacro %}

{# Delete what is no longer wanted. #}
{% macro delete_wanted(columns, wished) %}
delete from {{ wished }} as wished
where
    not exists (
        select 1
        from loader_wishes as wishes
        where
            true
    {%- for column in columns %} and wishes.{{ column }} = wished.{{ column }}
    {%- endfor %}
    )
{% endmacro %}
