{# The audiences of a list that have contacts whose address was changed in Mailchimp. #}
select distinct audience
from {{ drift }}
where list_id = {{ list_id }} and drift_type = 'email_changed' and actual is not null
