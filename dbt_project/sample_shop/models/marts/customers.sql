with

    accounts as (select * from {{ ref("stg_shop__customers") }}),

    paid_orders as (select * from {{ ref("stg_shop__orders") }} where status = 'paid'),

    purchases as (
        select
            customer_id,
            sum(amount) as lifetime_value,
            count(*) as orders,
            min(ordered_on) as first_ordered_on,
            max(ordered_on) as last_ordered_on
        from paid_orders
        group by customer_id
    ),

    customers as (
        select
            accounts.customer_id,
            accounts.email,
            accounts.first_name,
            accounts.last_name,
            accounts.plan,
            accounts.country,
            accounts.marketing_consent,
            cast(accounts.signed_up_at as date) as signed_up_on,
            cast(coalesce(purchases.lifetime_value, 0) as decimal(12, 2)) as lifetime_value,
            cast(coalesce(purchases.orders, 0) as integer) as orders,
            purchases.first_ordered_on,
            purchases.last_ordered_on
        from accounts
        left join purchases on purchases.customer_id = accounts.customer_id
    )

select *
from customers
