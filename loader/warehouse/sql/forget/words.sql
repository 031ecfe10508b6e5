{# Empty a text about somebody else where it names an address of the people. #}
update {{ table }}
set {{ column }} = null
where
{{ column }} in (
        select named.said
        from
            (
                select
{{ column }} as said,
                    unnest(
                        regexp_extract_all(replace(lower({{ column }}), '%40', '@'), {{ pattern }})
                    ) as word
                from {{ table }}
            ) as named
        where
            named.word
            in (select loader_erased.value from loader_erased where loader_erased.kind = 'address')
    )
