{# The pages have been kept. #}
drop table {{ pages }}
