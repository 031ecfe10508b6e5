{#
    The validated mappings of an audience, one for each list that it feeds: `meta.mailchimp` over
    `meta.mailchimp_defaults` over the product's own defaults. An unknown key or a bad value is a
    compile error that names the key, the value and what would be right.
#}
{% macro audience_mappings(node) %}
    {%- set meta = node.config.meta or {} -%}
    {%- set defaults = meta.get("mailchimp_defaults") or {} -%}
    {%- if not meta.get("mailchimp") and not defaults -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "it has no meta.mailchimp. Set at least the list that it feeds:"
            ~ " config(meta={'mailchimp': {'list_id': '...'}})"
        ) -%}
    {%- endif -%}
    {%- if defaults is not mapping -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "meta.mailchimp_defaults is not a mapping of keys to values"
        ) -%}
    {%- endif -%}
    {%- set own = meta.get("mailchimp") or {} -%}
    {%- set given = [own] if own is mapping else own -%}
    {%- if given is string or given is not iterable -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "meta.mailchimp is neither a mapping nor a list of mappings"
        ) -%}
    {%- endif -%}
    {%- set mappings = [] -%}
    {%- for one in given -%}
        {%- if one is not mapping -%}
            {%- do dbt_mailchimp.raise_audience_error(
                "meta.mailchimp is neither a mapping nor a list of mappings"
            ) -%}
        {%- endif -%}
        {%- set mapping = dict(dbt_mailchimp.mapping_defaults()) -%}
        {%- for layer in [defaults, one] -%}
            {%- for key, value in layer.items() -%}
                {%- do dbt_mailchimp.validate_mapping_key(key, value) -%}
                {%- do mapping.update({key: value}) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- do mappings.append(
            dbt_mailchimp.validate_mapping(mapping, dbt_mailchimp.audience_name(node))
        ) -%}
    {%- endfor -%}
    {%- do dbt_mailchimp.validate_shared_keys(mappings) -%}
    {{ return(mappings) }}
{% endmacro %}
