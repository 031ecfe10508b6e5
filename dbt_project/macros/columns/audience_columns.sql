{#
    What each column of the model is: the address, the consent, the person, the tags, the marketing
    permissions, one of Mailchimp's own attributes, or a merge field. Returns {'address', 'consent',
    'person_id', 'tags': name or none, 'permissions': {name, switches} or none, 'all': [names], 'texts': [names],
    'attributes': [{name, attribute, kind, zoned, wide, floating, switches}], 'merge_fields': [{name, tag,
    kind, zoned, wide, floating, parts, type, label, choices, default, format}]}.
#}
{% macro audience_columns(schema, fields=none) %}
    {%- set found = {
        "address": none,
        "consent": none,
        "person_id": none,
        "tags": none,
        "permissions": none,
    } -%}
    {%- set all, texts, attributes, merge_fields = [], [], [], [] -%}
    {%- for column in schema -%}
        {%- set name = column.name | lower -%}
        {%- set described = dbt_mailchimp.column_info(column) -%}
        {%- set special = dbt_mailchimp.reserved_columns().get(name) -%}
        {%- do all.append(column.name) -%}
        {%- if dbt_mailchimp.is_character(column.data_type) -%}
            {%- do texts.append(column.name) -%}
        {%- endif -%}
        {%- if special -%}
            {%- do found.update(
                {
                    special.role: (
                        described if name == "marketing_permissions" else column.name
                    )
                }
            ) -%}
            {%- if special.kind and described.kind != special.kind -%}
                {%- do dbt_mailchimp.raise_audience_error(
                    "its column "
                    ~ name
                    ~ " is "
                    ~ column.data_type
                    ~ ". "
                    ~ special.advice
                ) -%}
            {%- endif -%}
        {%- elif name in dbt_mailchimp.contact_attributes() -%}
            {%- do described.update({"attribute": name}) -%} {%- do attributes.append(described) -%}
        {%- else -%}
            {%- do described.update({"tag": name | upper}) -%}
            {%- do merge_fields.append(described) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do dbt_mailchimp.check_columns(found, attributes, merge_fields) -%}
    {%- do dbt_mailchimp.describe_merge_fields(merge_fields, fields) -%}
    {%- do found.update({"all": all, "texts": texts}) -%}
    {%- do found.update({"attributes": attributes, "merge_fields": merge_fields}) -%}
    {{ return(found) }}
{% endmacro %}

{# A column of the model with what its type says. #}
{% macro column_info(column) %}
    {%- set kind = dbt_mailchimp.column_kind(column.data_type) -%}
    {%- set field_types = dbt_mailchimp.struct_fields(column.data_type) -%}
    {%- set fields = field_types.keys() | list -%}
    {{
        return(
            {
                "name": column.name,
                "kind": kind,
                "zoned": dbt_mailchimp.has_zone(column.data_type),
                "wide": dbt_mailchimp.is_wide(column.data_type),
                "floating": dbt_mailchimp.is_floating(column.data_type),
                "switches": (
                    dbt_mailchimp.switch_names(column.name, fields) if kind == "switches" else []
                ),
                "fields": fields,
                "field_types": field_types,
                "parts": fields if kind == "address" else [],
            }
        )
    }}
{% endmacro %}

{#
    The names that a struct of booleans switches, in the order of its fields. Two that are one to
    Mailchimp would switch it on and off.
#}
{% macro switch_names(column, fields) %}
    {%- set names, keys = [], {} -%}
    {%- for field in fields -%}
        {%- set name = dbt_mailchimp.normalise_name(field) -%}
        {%- set key = name | list | map("lower") | join -%}
        {%- if not name or key in keys -%}
            {%- do dbt_mailchimp.raise_audience_error(
                "the column "
                ~ column
                ~ " has "
                ~ (
                    "a field without a name"
                    if not name
                    else "the fields '"
                    ~ keys[key]
                    ~ "' and '"
                    ~ field
                    ~ "', which are one name to"
                    ~ " Mailchimp"
                )
                ~ ". Rename one"
            ) -%}
        {%- endif -%}
        {%- do names.append(name) -%} {%- do keys.update({key: field}) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}

{#
    The columns with a meaning of their own, the kind that each has to be, and what it means.
    docs/reference/columns.md is made of it.
#}
{% macro reserved_columns() %}
    {{
        return(
            {
                "email_address": {
                    "role": "address",
                    "description": "Required. The contact is the address without white space and"
                    " invisible marks around it, in lower case. A row without a usable address is"
                    " *invalid*: recorded, and never sent.",
                },
                "marketing_consent": {
                    "role": "consent",
                    "kind": "boolean",
                    "advice": "Consent is a boolean: cast it",
                    "description": "The consent gate. Do not filter these rows out: a row with `false` is"
                    " how the loader learns that somebody withdrew consent. NULL counts as no. If an"
                    " address has several rows, all of them must consent.",
                },
                "person_id": {
                    "role": "person_id",
                    "description": "Optional: an id that stays the same when the address changes. Then the"
                    " contact gets the new address and keeps its history and tags. If the new address is already on"
                    " the list, the change is *rejected* once and the two contacts are treated as"
                    " separate. Who unsubscribed under an old address stays unsubscribed. A `person_id`"
                    " that occurs in more than one row is ignored. The acknowledgements and"
                    " `loader rejections` show it.",
                },
                "tags": {
                    "role": "tags",
                    "kind": "list",
                    "advice": "Tags are a list of texts, as in ['Customer', 'Berlin']",
                    "description": "A list of names of at most 100 characters. They are trimmed, and"
                    " letter case makes no difference. A contact gets the tags of its row, and loses"
                    " those that this audience gave earlier and no longer names. Other tags stay. Tags"
                    " are sent one by one, 500 contacts per call.",
                },
                "marketing_permissions": {
                    "role": "permissions",
                    "kind": "switches",
                    "advice": "Permissions are a struct of booleans, as in {'Email': true}",
                    "description": "A struct of booleans by the texts of the list's permissions (GDPR)."
                    " One call per contact, containing only the permissions that changed. Opt-outs are"
                    " sent even for people without consent.",
                },
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
                "location": "location",
                "interests": "switches",
            }
        )
    }}
{% endmacro %}

{# The attributes that no column fills: a merge field of that name would mislead. #}
{% macro reserved_attributes() %} {{ return(["status", "status_if_new"]) }} {% endmacro %}
