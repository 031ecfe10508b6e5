{#
    Who is wanted with different values: one row an audience, list and contact, with the reason that
    makes the contact invalid in each of the audiences that take part. Its work grows with the contacts,
    not with the pairs of audiences: only contacts that several audiences want otherwise are compared,
    and each shared name is looked at once. Takes the rows of the registry.
#}
{% macro conflict_view_sql(audiences) %}
    {%- set writers = dbt_mailchimp.audiences_that_write(audiences) -%}
    {%- set names = dbt_mailchimp.shared_names(writers) -%}
    {%- if not names -%}
        select
            cast(null as varchar) as audience,
            cast(null as varchar) as list_id,
            cast(null as varchar) as email_address,
            cast(null as varchar) as reason
        where 1 = 0
    {%- else -%}
        with

            wanted as (
                {%- for one in writers %}
                    select
                        {{ dbt_mailchimp.literal(one.audience) }} as audience,
                        {{ dbt_mailchimp.literal(one.list_id) }} as list_id,
                        email_address,
                        {{ "payload" if one.writes_contacts else "cast(null as varchar)" }}
                        as payload,
                        payload_hash,
                        marketing_permissions
                    from ({{ dbt_mailchimp.eligible_contacts(one.history) }}) as eligible
                    {%- if not loop.last %}
                        union all
                    {%- endif %}
                {%- endfor %}
            ),

            contested as (

                select list_id, email_address
                from wanted
                group by list_id, email_address
                having count(distinct payload_hash) > 1 or count(distinct marketing_permissions) > 1

            ),

            compared as (

                select wanted.*
                from wanted
                inner join
                    contested
                    on wanted.list_id = contested.list_id
                    and wanted.email_address = contested.email_address

            ),

            written as (
                {%- for name in names %}
                    select
                        list_id,
                        email_address,
                        audience,
                        {{ loop.index }} as path,  -- a permission may be called as a field is
                        {{ dbt_mailchimp.literal(name | last) }} as name,
                        {{ dbt_mailchimp.payload_value("compared", name) }} as value
                    from compared
                    {%- if not loop.last %}
                        union all
                    {%- endif %}
                {%- endfor %}
            ),

            disputed as (

                select list_id, email_address, path, name
                from written
                group by list_id, email_address, path, name
                having count(distinct value) > 1

            ),

            sides as (

                select distinct written.list_id, written.email_address, written.audience
                from written
                inner join
                    disputed
                    on written.list_id = disputed.list_id
                    and written.email_address = disputed.email_address
                    and written.path = disputed.path
                where written.value is not null

            ),

            named_sides as ({{ dbt_mailchimp.first_few("sides", "audience", " and ") }}),

            named_values as ({{ dbt_mailchimp.first_few("disputed", "name", ", ") }})

        select
            sides.audience,
            sides.list_id,
            sides.email_address,
            named_sides.few || ' want different values for ' || named_values.few as reason
        from sides
        inner join
            named_sides
            on sides.list_id = named_sides.list_id
            and sides.email_address = named_sides.email_address
        inner join
            named_values
            on sides.list_id = named_values.list_id
            and sides.email_address = named_values.email_address
    {%- endif %}
{% endmacro %}

{# What several audiences of one list write, each once, as paths. #}
{% macro shared_names(writers) %}
    {%- set seen, shared = [], [] -%}
    {%- for one in writers -%}
        {%- for name in one.fields -%}
            {%- set here = [one.list_id, name] -%}
            {%- if here in seen and name not in shared -%}
                {%- do shared.append(name) -%}
            {%- endif -%}
            {%- do seen.append(here) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(shared) }}
{% endmacro %}

{#
    The values of a column for each list and contact in one text: three of them at the most, and how
    many more there are. `pair` stands between two.
#}
{% macro first_few(relation, column, pair) %}
    select
        list_id,
        email_address,
        case
            when max(place) = 2
            then min({{ column }}) || '{{ pair }}' || max({{ column }})
            else {{ dbt_mailchimp.joined_texts(column, column, "place <= 3") }}
        end || case
            when max(place) > 3 then ' and ' || cast(max(place) - 3 as varchar) || ' more' else ''
        end as few
    from
        (
            select
                *,
                row_number() over (
                    partition by list_id, email_address order by {{ column }}
                ) as place
            from {{ relation }}
        ) as placed
    group by list_id, email_address
{% endmacro %}

{# The audiences that may write contacts, one row a list, with the names that they fill. #}
{% macro audiences_that_write(audiences) %}
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
                            "writes_contacts": mapping.contacts != "none",
                        }
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(writers) }}
{% endmacro %}

{# What an audience writes at a path: permissions are apart from the payload. #}
{% macro payload_value(relation, path) -%}
    {%- if path | first == "marketing_permissions" -%}
        {{ dbt_mailchimp.json_value_to_compare(relation ~ ".marketing_permissions", path[1:]) }}
    {%- else -%} {{ dbt_mailchimp.json_value_to_compare(relation ~ ".payload", path) }}
    {%- endif -%}
{%- endmacro %}

{# The contacts of an audience that may be sent. #}
{% macro eligible_contacts(history) %}
    select email_address, payload, payload_hash, marketing_permissions
    from {{ history }}
    where dbt_valid_to is null and marketing_consent and invalid_reason is null
{% endmacro %}
