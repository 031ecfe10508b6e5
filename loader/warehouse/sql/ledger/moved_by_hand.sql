{# The audiences of a list that have contacts whose address was changed in Mailchimp. #}
select distinct audience
from {{ drift }}
where list_id = {{ list_id }} and drift = 'another address' and found is not null
