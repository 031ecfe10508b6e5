{# The databases that the warehouse has open, by name; of a DuckDB file it is the name of the file. #}
select database_name as name from duckdb_databases()
