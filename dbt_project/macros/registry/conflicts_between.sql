{#
    Who is wanted with different values: one row an audience, list and contact, with the reason that
    makes the contact invalid in each of the audiences. Takes the rows of the registry.
#}
{% macro conflicts_between(audiences) %}
    {%- set writers = mailchimp_activation.writing_audiences(audiences) -%}
    select
        cast(null as varchar) as audience,
        cast(null as varchar) as list_id,
        cast(null as varchar) as email_address,
        cast(null as varchar) as reason
    where 1 = 0
    {%- for one in writers %}
        {%- for other in writers[loop.index :] if other.list_id == one.list_id %}
                {%- set shared = [] -%}
                {%- for field in one.fields if field in other.fields -%}
                    {%- do shared.append(field) -%}
                {%- endfor -%}
            {%- if shared and other.audience != one.audience %}
                union all
                select *
                from ({{ mailchimp_activation.conflicts_of(one, other, shared) }}) as conflicts
            {%- endif %}
        {%- endfor %}
    {%- endfor %}
{% endmacro %}

{# The audiences that may write contacts, one row a list, with the names that they fill. #}
{% macro writing_audiences(audiences) %}
    {%- set writers = [] -%}
    {%- for audience in audiences | sort(attribute="audience") -%}
        {%- if audience.configuration and audience.status != "removed" -%}
            {%- set configuration = fromjson(audience.configuration) -%}
            {%- for mapping in configuration.mappings -%}
                {%- set fields = [] -%}
                {%- for field in configuration.fields -%}
                    {%- if mapping.contacts != "none" or field[0] == "marketing_permissions" -%}
                        {%- do fields.append(field) -%}
                    {%- endif -%}
                {%- endfor -%}
                {%- if mapping.enabled and fields -%}
                    {%- do writers.append(
                        {
                            "audience": audience.audience,
                            "history": audience.history,
                            "list_id": mapping.list_id,
                            "fields": fields,
                        }
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(writers) }}
{% endmacro %}

{# The contacts that two audiences would write otherwise into one list, once for each of the two. #}
{% macro conflicts_of(one, other, fields) %}
    {%- set names = one.audience ~ " and " ~ other.audience -%}
    with

        first_wanted as ({{ mailchimp_activation.sendable(one.history) }}),

        second_wanted as ({{ mailchimp_activation.sendable(other.history) }}),

        compared as (

            select
                first_wanted.email_address,
                concat_ws(
                    ', '
                    {%- for field in fields %}
                        ,
                        case
                            when
                                {{ mailchimp_activation.written_value("first_wanted", field) }}
                                <> {{ mailchimp_activation.written_value("second_wanted", field) }}
                            then {{ mailchimp_activation.literal(field | last) }}
                        end
                    {%- endfor %}
                ) as fields
            from first_wanted
            inner join second_wanted on first_wanted.email_address = second_wanted.email_address
            where
                first_wanted.payload_hash <> second_wanted.payload_hash
                or first_wanted.marketing_permissions <> second_wanted.marketing_permissions

        )

    select
        sides.audience,
        {{ mailchimp_activation.literal(one.list_id) }} as list_id,
        compared.email_address,
        {{ mailchimp_activation.literal(names ~ " want different values for ") }}
        || compared.fields as reason
    from compared
    cross join
        (
            select {{ mailchimp_activation.literal(one.audience) }} as audience
            union all
            select {{ mailchimp_activation.literal(other.audience) }} as audience
        ) as sides
    where compared.fields <> ''
{% endmacro %}

{# What an audience writes at a path: permissions are apart from the payload. #}
{% macro written_value(relation, path) -%}
    {%- if path | first == "marketing_permissions" -%}
        {{ mailchimp_activation.json_value(relation ~ ".marketing_permissions", path[1:]) }}
    {%- else -%} {{ mailchimp_activation.json_value(relation ~ ".payload", path) }}
    {%- endif -%}
{%- endmacro %}

{# The contacts of an audience that may be sent. #}
{% macro sendable(history) %}
    select email_address, payload, payload_hash, marketing_permissions
    from {{ history }}
    where dbt_valid_to is null and marketing_consent and invalid_reason is null
{% endmacro %}
