{# The segments that a plan takes somebody out of. #}
select distinct segment from loader_plan where segment <> '' and outcome is null order by segment
