{#
    The rows that an audience selects, in a temporary table: its columns, and beside them the
    normalised address, the person, and the place among the rows of one address. The model is run once.
    No name of ours can be one of the model's: a column that is no merge field has a name of
    Mailchimp's, and a merge field has ten characters at the most.
#}
{% macro select_rows(relation, sql, columns, mappings) %}
    {%- set rows = make_temp_relation(relation.incorporate(type="table"), "__rows") -%}
    {%- set name = rows.include(database=False, schema=False) -%}
    {%- do run_query(
        "create temporary table "
        ~ name
        ~ " as "
        ~ dbt_mailchimp.audience_rows(sql, columns, mappings)
    ) -%}
    {{ return(rows) }}
{% endmacro %}

{#
    What stands in that table, as SQL. Several rows of one address consent only together. Each row
    without an address keeps a key of its own, so that it is recorded and counted as what it is.
#}
{% macro audience_rows(sql, columns, mappings) %}
    {%- set rules = mappings[0] -%}
    {#- a comment on the last line of the model ends with that line -#}
    {%- set model_rows = sql ~ "\n" -%}
    {%- set person = (
        dbt_mailchimp.identity(adapter.quote(columns.person_id))
        if columns.person_id
        else "cast(null as varchar)"
    ) -%}
    with

        loader_audience as ({{ model_rows }}),

        loader_addressed as (

            select
                loader_audience.*,
                {{ dbt_mailchimp.normalise_address(adapter.quote(columns.address)) }}
                as loader_address,
                {{ person }} as loader_person,
                {% if columns.consent -%}
                    case when {{ adapter.quote(columns.consent) }} then 1 else 0 end
                {%- else -%} 1
                {%- endif %} as loader_consent
            from loader_audience

        ),

        loader_keyed as (

            select
                loader_addressed.*,
                case
                    when loader_address is not null
                    then loader_address
                    when loader_person is not null
                    then '(none) person ' || loader_person
                    else
                        '(none) ' || md5({{ dbt_mailchimp.audience_payload(columns, rules.nulls) }})
                end as loader_contact
            from loader_addressed

        ),

        loader_ranked as (

            select
                loader_keyed.*,
                row_number() over (
                    partition by loader_contact
                    order by
                        {%- if rules.order_by %} {{ rules.order_by }},{% endif %}
                        {%- for name in columns.all %}
                            {%- set value = adapter.quote(name) %}
                            {{
                                (
                                    dbt_mailchimp.in_byte_order(value)
                                    if name in columns.texts
                                    else value
                                )
                            }}
                            {{- "," if not loop.last }}
                        {%- endfor %}
                ) as loader_place,
                count(*) over (partition by loader_contact) as loader_rows_of_contact,
                min(loader_consent) over (partition by loader_contact) as loader_all_consent
            from loader_keyed

        )

    select
        *,
        case
            when loader_address is null then 0 else loader_rows_of_contact - 1
        end as loader_dropped_rows
    from loader_ranked
{% endmacro %}

{# Which of those rows are of a contact: one an address, and each without an address. #}
{% macro is_contact_row() -%}(loader_place = 1 or loader_address is null) {%- endmacro %}

{# The relation of an audience, as SQL: the columns that its model selects, one row a contact. #}
{% macro audience_selected(rows, columns) %}
    select
        {%- for name in columns.all %}
            {{ adapter.quote(name) }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ rows }}
    where {{ dbt_mailchimp.is_contact_row() }}
{% endmacro %}

{# duplicates: fail, which is a choice of the model's author, stops the audience before its history. #}
{% macro fail_on_duplicates(rows, mappings) %}
    {%- if mappings[0].duplicates == "fail" -%}
        {%- set query -%}
            select count(*) from {{ rows }} where loader_dropped_rows > 0 and loader_place = 1
        {%- endset -%}
        {%- set count = run_query(query).columns[0].values()[0] -%}
        {%- if count > 0 -%}
            {%- do dbt_mailchimp.raise_audience_error(
                count
                ~ (" address occurs" if count == 1 else " addresses occur")
                ~ " in several rows, and duplicates is set to fail. Select one row per address, or"
                ~ " set duplicates: first or skip"
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
