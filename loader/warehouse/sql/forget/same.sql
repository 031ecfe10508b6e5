{# The first of the lines that each line has a contact in common with: lines of one person have one. #}
select one.line, min(other.line) as first_line
from loader_erased as one
inner join
    loader_erased as other
    on one.kind = other.kind
    and one.scope = other.scope
    and one.value = other.value
group by one.line
