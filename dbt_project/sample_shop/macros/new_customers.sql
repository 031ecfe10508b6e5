{# Who opens an account on the day that simulate_one_day tells, as a table expression. #}
{% macro new_customers() %}
    (
        values
            (301, 'amina.diallo@example.com', 'Amina', 'Diallo', 'free', 'SN'),
            (302, ' Lars.Lindqvist@Example.com', 'Lars', 'Lindqvist', 'plus', 'SE'),
            (303, 'mehmet.caliskan@mail.example.com', 'Mehmet', 'Çalışkan', 'free', 'TR'),
            (304, 'siobhan.o''dea@example.com', 'Siobhán', 'O''Dea', 'pro', 'IE'),
            (305, 'haruto.ito@shop.example.com', '陽翔', '伊藤', 'free', 'JP')
    ) as new_customers(customer_id, email, first_name, last_name, plan, country)
{% endmacro %}
