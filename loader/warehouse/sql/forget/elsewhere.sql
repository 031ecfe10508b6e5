{# How often other tables of the file still name an address of the people. #}
select name, count(*) as times
from
    (
        select cast(null as varchar) as name, cast(null as varchar) as word
        where 1 = 0
        {%- for one in others %}
            union all
            select
                {{ one.name }},
                unnest(
                    regexp_extract_all(
                        replace(
                            lower(
                                concat_ws(
                                    ' '
                                    {% for column in one.columns %}
                                        , cast({{ column }} as varchar)
                                    {% endfor %}
                                )
                            ),
                            '%40',
                            '@'
                        ),
                        {{ pattern }}
                    )
                )
            from {{ one.table }}
        {%- endfor %}
    ) as words
where word in (select loader_erased.value from loader_erased where loader_erased.kind = 'address')
group by name
order by name
