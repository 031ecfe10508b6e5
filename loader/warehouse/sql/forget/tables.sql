{# Every table of the file: its columns, and those of them that hold text. #}
select
    columns.table_schema,
    columns.table_name,
    array_agg(columns.column_name) as column_names,
    array_agg(columns.column_name) filter (
        where
            columns.data_type not in (
                'BIGINT',
                'BOOLEAN',
                'DATE',
                'DOUBLE',
                'FLOAT',
                'HUGEINT',
                'INTEGER',
                'SMALLINT',
                'TIME',
                'TIMESTAMP',
                'TIMESTAMP WITH TIME ZONE',
                'TINYINT',
                'UUID'
            )
    ) as text_names
from information_schema.columns
inner join
    information_schema.tables
    on columns.table_catalog = tables.table_catalog
    and columns.table_schema = tables.table_schema
    and columns.table_name = tables.table_name
where tables.table_catalog = current_database() and tables.table_type = 'BASE TABLE'
group by columns.table_schema, columns.table_name
order by columns.table_schema, columns.table_name
