{# The rows of a table that are about the people who are asked for: how many, or without them. #}
{% if is_count %} select count(*) as rows from
{% else %} delete from{% endif %} {{ place.table }}
where
    (
        {{ contact_key(place.address) }}
        in (select loader_erased.value from loader_erased where loader_erased.kind = 'address')
        {%- if place.scope is not none %}
            or ({{ place.scope }}, {{ place.person }}) in (
                select loader_erased.scope, loader_erased.value
                from loader_erased
                where loader_erased.kind = 'person'
            )
        {%- endif %}
    )
    {%- if is_current %} and dbt_valid_to is null {%- endif %}
