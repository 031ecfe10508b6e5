{#
    One row a contact: addresses normalised, rows of one address made one, the payload and its md5.
    Several rows of one address consent only together. Each row without an address keeps a key of its
    own, so that it is recorded and counted as what it is.
#}
{% macro audience_contacts(sql, columns, mappings) %}
    {%- set rules = mappings[0] -%}
    {#- a comment on the last line of the model ends with that line -#}
    {%- set model_rows = sql ~ "\n" -%}
    {%- set person = (
        mailchimp_activation.identity(adapter.quote(columns.person_id))
        if columns.person_id
        else "cast(null as varchar)"
    ) -%}
    with

        loader_audience as ({{ model_rows }}),

        loader_addressed as (

            select
                loader_audience.*,
                {{ mailchimp_activation.normalise_address(adapter.quote(columns.address)) }}
                as loader_address
            from loader_audience

        ),

        loader_rows as (

            select
                loader_addressed.*,
                {{ person }} as loader_person,
                {{ mailchimp_activation.audience_payload(columns, rules.nulls) }} as loader_payload,
                {{ mailchimp_activation.audience_tags(columns) }} as loader_tags,
                {{ mailchimp_activation.audience_permissions(columns) }} as loader_permissions,
                {{ mailchimp_activation.audience_invalid(columns) }} as loader_invalid,
                {% if columns.consent -%}
                    case when {{ adapter.quote(columns.consent) }} then 1 else 0 end
                {%- else -%} 1
                {%- endif %} as loader_consent
            from loader_addressed

        ),

        loader_keyed as (

            select
                loader_rows.*,
                coalesce(
                    loader_address,
                    '(none) ' || coalesce('person ' || loader_person, md5(loader_payload))
                ) as loader_key
            from loader_rows

        ),

        loader_ranked as (

            select
                loader_keyed.*,
                row_number() over (
                    partition by loader_key
                    order by
                        {%- if rules.order_by %} {{ rules.order_by }},{% endif %}
                        {%- for name in columns.all %}
                            {{ adapter.quote(name) }}{{ "," if not loop.last }}
                        {%- endfor %}
                ) as loader_place,
                count(*) over (partition by loader_key) as loader_rows_of_address,
                min(loader_consent) over (partition by loader_key) as loader_all_consent
            from loader_keyed

        )

    select
        case
            when loader_place > 1
            then replace(loader_key, '(none) ', '(none) row ' || loader_place || ' of ')
            else loader_key
        end as email_address,
        loader_person as person_id,
        loader_payload as payload,
        md5(loader_payload) as payload_hash,
        loader_tags as tags,
        loader_permissions as marketing_permissions,
        loader_all_consent = 1 as marketing_consent,
        {% if rules.duplicates == "skip" -%}
            case
                when loader_rows_of_address > 1 and loader_address is not null
                then 'several rows have this address'
                else loader_invalid
            end
        {%- else -%} loader_invalid
        {%- endif %} as invalid_reason,
        case when loader_address is null then 0 else loader_rows_of_address - 1 end as dropped_rows
    from loader_ranked
    where loader_place = 1 or loader_address is null
{% endmacro %}

{# duplicates: fail, which is a choice of the model's author, stops the audience before its history. #}
{% macro refuse_duplicates(contacts, mappings) %}
    {%- if mappings[0].duplicates == "fail" -%}
        {%- set query -%}
            select count(*) from ({{ contacts }}) as contacts where dropped_rows > 0
        {%- endset -%}
        {%- set count = run_query(query).columns[0].values()[0] -%}
        {%- if count > 0 -%}
            {%- do mailchimp_activation.refuse_audience(
                count
                ~ " addresses stand in several rows, and it says duplicates: fail. Make the"
                ~ " model's grain one row an address"
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
