{# What was read of the delta has served. #}
drop table loader_delta
