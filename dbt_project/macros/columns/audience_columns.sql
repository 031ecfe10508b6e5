{#
    What each column of the model is: the address, the consent, the person, one of Mailchimp's own
    attributes, or a merge field. Returns {'consent': name or none, 'person_id': name or none,
    'all': [names], 'attributes': [{name, attribute, kind, zoned, wide}], 'merge_fields': [{name, tag,
    kind, zoned, wide}]}.
#}
{% macro audience_columns(schema) %}
    {%- set found = {"address": none, "consent": none, "person_id": none} -%}
    {%- set special = {
        "email_address": "address",
        "marketing_consent": "consent",
        "person_id": "person_id",
    } -%}
    {%- set all, attributes, merge_fields = [], [], [] -%}
    {%- for column in schema -%}
        {%- set name = column.name | lower -%}
        {%- set kind = mailchimp_activation.column_kind(column.data_type) -%}
        {%- set described = {
            "name": column.name,
            "kind": kind,
            "zoned": mailchimp_activation.has_zone(column.data_type),
            "wide": mailchimp_activation.is_wide(column.data_type),
        } -%}
        {%- do all.append(column.name) -%}
        {%- if name in special -%}
            {%- do found.update({special[name]: column.name}) -%}
            {%- if name == "marketing_consent" and kind != "boolean" -%}
                {%- do mailchimp_activation.refuse_audience(
                    "its column marketing_consent is "
                    ~ column.data_type
                    ~ ". Consent is a boolean: cast it"
                ) -%}
            {%- endif -%}
        {%- elif name in mailchimp_activation.contact_attributes() -%}
            {%- do described.update({"attribute": name}) -%} {%- do attributes.append(described) -%}
        {%- else -%}
            {%- do described.update({"tag": name | upper}) -%}
            {%- do merge_fields.append(described) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do mailchimp_activation.check_columns(found, attributes, merge_fields) -%}
    {{
        return(
            {
                "consent": found.consent,
                "person_id": found.person_id,
                "address": found.address,
                "all": all,
                "attributes": attributes,
                "merge_fields": merge_fields,
            }
        )
    }}
{% endmacro %}

{#
    Mailchimp's own attributes of a contact that a column may fill, by their API names, and the kind
    of column that each takes (Marketing API, Add or update list members in batch).
#}
{% macro contact_attributes() %}
    {{
        return(
            {
                "language": "text",
                "email_type": "text",
                "vip": "boolean",
                "ip_signup": "text",
                "ip_opt": "text",
                "timestamp_signup": "timestamp",
                "timestamp_opt": "timestamp",
            }
        )
    }}
{% endmacro %}

{# The attributes that are spoken for and not sent yet: a merge field of that name would mislead. #}
{% macro reserved_attributes() %}
    {{
        return(
            ["location", "interests", "marketing_permissions", "tags", "status", "status_if_new"]
        )
    }}
{% endmacro %}
