with

    raw_orders as (select * from {{ ref("raw_orders") }}),

    cleaned as (
        select order_id, customer_id, ordered_at as ordered_on, amount, lower(status) as status
        from raw_orders
    )

select *
from cleaned
