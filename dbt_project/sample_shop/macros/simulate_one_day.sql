{#
    The 1st of July 2026 in the sample shop: dbt run-operation simulate_one_day. The same changes every
    time, and none when the day has passed already; dbt seed turns the clock back.
#}
{% macro simulate_one_day() %}
    {%- set customers = ref("raw_customers") -%}
    {%- set orders = ref("raw_orders") -%}
    {%- set now = "timestamp '2026-07-01 08:05:00'" -%}

    {%- call sample_shop.apply_change(
        "customers changed their plan",
        customers,
        "plan = 'free' and customer_id in (16, 49, 50)"
    ) -%}
        update {{ customers }} set plan = 'plus'
    {%- endcall -%}

    {%- call sample_shop.apply_change(
        "customers changed their name",
        customers,
        "last_name <> 'Evans-McDonald' and customer_id in (19, 127)"
    ) -%}
        update {{ customers }} set last_name = 'Evans-McDonald'
    {%- endcall -%}

    {%- call sample_shop.apply_change(
        "customers withdrew their consent",
        customers,
        "marketing_consent <> 'no' and customer_id in (5, 26, 58, 139)"
    ) -%}
        update {{ customers }}
        set marketing_consent = 'no', consent_changed_at = {{ now }}
    {%- endcall -%}

    {%- call sample_shop.apply_change(
        "customers had their account deleted", customers, "customer_id in (43, 66)"
    ) -%}
        delete from {{ customers }}
    {%- endcall -%}

    {%- call sample_shop.apply_change(
        "orders lost their customer with that", orders, "customer_id in (43, 66)"
    ) -%}
        update {{ orders }} set customer_id = null
    {%- endcall -%}

    {%- call sample_shop.apply_change(
        "customers are new",
        sample_shop.new_customers(),
        "not exists (select 1 from "
        ~ customers
        ~ " as old where old.customer_id = new_customers.customer_id)"
    ) -%}
        insert into {{ customers }}
        select new_customers.*, 'yes', {{ now }}, {{ now }}
        from {{ sample_shop.new_customers() }}
    {%- endcall -%}

    {%- call sample_shop.apply_change(
        "orders are new",
        sample_shop.new_orders(),
        "not exists (select 1 from "
        ~ orders
        ~ " as old where old.order_id = new_orders.order_id)"
    ) -%}
        insert into {{ orders }} select * from {{ sample_shop.new_orders() }}
    {%- endcall -%}

    {%- do adapter.commit() -%}
{% endmacro %}
