"""`loader init`: a first audience for a dbt project, as changes of files. Pure but for reading."""
