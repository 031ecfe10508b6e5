{# What is ordered on the day that simulate_one_day tells, as a table expression. #}
{% macro new_orders() %}
    (
        values
            (489, 72, date '2026-07-01', 24.90, 'paid'),
            (490, 78, date '2026-07-01', 35.00, 'paid'),
            (491, 147, date '2026-07-01', 12.95, 'paid'),
            (492, 165, date '2026-07-01', 19.99, 'cancelled'),
            (493, 301, date '2026-07-01', 8.40, 'paid'),
            (494, 304, date '2026-07-01', 159.00, 'paid')
    ) as new_orders(order_id, customer_id, ordered_at, amount, status)
{% endmacro %}
