{#
    How many people an audience wants, with consent and a usable address, and how many rows of its
    model were dropped, because another row had their address.
#}
select
    sum(case when marketing_consent and invalid_reason is null then 1 else 0 end) as people,
    cast(coalesce(sum(dropped_rows), 0) as bigint) as dropped_rows
from {{ history }}
where dbt_valid_to is null
