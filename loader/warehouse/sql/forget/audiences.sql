{# The audiences of one registry that have a history, its tables, and whether their model is in the project. #}
select audience, history, relation, status <> 'removed' as is_in_project
from {{ audiences }}
where history is not null
order by audience
