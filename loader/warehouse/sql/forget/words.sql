{# Empty a text about somebody else where it names an address of the people. #}
update {{ table }}
set {{ column }} = null
where
    list_has_any(
        regexp_extract_all(replace(lower({{ column }}), '%40', '@'), {{ pattern }}),
        (select list(loader_erased.value) from loader_erased where loader_erased.kind = 'address')
    )
