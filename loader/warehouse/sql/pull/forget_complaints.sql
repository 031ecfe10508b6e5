{# The complaints of a list are read whole each time. #}
delete from {{ events }} where list_id = {{ list_id }} and event = 'complained'
