{# The audiences of one registry that have a history, and whether their model is in the project. #}
select audience, history, status <> 'removed' as is_in_project
from {{ audiences }}
where history is not null
order by audience
