{# Every key of meta.mailchimp: its default, and the values it takes where they can be listed. #}
{% macro mapping_keys() %}
    {{
        return(
            {
                "list_id": {"default": none},
                "contacts": {
                    "default": "upsert",
                    "values": ["upsert", "create", "update", "none"],
                },
                "segment": {"default": none},
                "on_leave": {"default": "keep", "values": ["keep", "unsubscribe", "archive"]},
                "status_if_new": {
                    "default": "subscribed",
                    "values": ["subscribed", "pending", "transactional", "unsubscribed"],
                },
                "targets": {"default": none},
                "consent": {
                    "default": "marketing_consent",
                    "values": ["marketing_consent", "assumed"],
                },
                "duplicates": {"default": "first", "values": ["first", "skip", "fail"]},
                "order_by": {"default": none},
                "nulls": {"default": "skip", "values": ["skip", "clear"]},
                "merge_fields": {"default": "create", "values": ["create", "require"]},
                "fields": {"default": none},
                "mirror": {"default": false, "values": [false, true]},
                "max_leave": {"default": "20%"},
                "schedule": {"default": none},
                "enabled": {"default": true, "values": [true, false]},
                "account": {"default": "default"},
                "adopt": {"default": false, "values": [true, false]},
            }
        )
    }}
{% endmacro %}

{#
    The product's own defaults, one value a key; a variable may name the targets that send, for all
    projects, for the one that the audience is in, or below the name of this package.
#}
{% macro mapping_defaults() %}
    {%- set defaults = {} -%}
    {%- for key, rule in mailchimp_activation.mapping_keys().items() -%}
        {%- do defaults.update({key: rule.default}) -%}
    {%- endfor -%}
    {%- set below = namespace(targets=none) -%}
    {%- for source in graph.get("sources", {}).values() -%}
        {%- if source.package_name == "mailchimp_activation" and source.name == "loader_audiences" -%}
            {%- set below.targets = fromjson(source.config.meta["mailchimp_targets"]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do defaults.update({"targets": var("mailchimp_targets", below.targets)}) -%}
    {{ return(defaults) }}
{% endmacro %}
