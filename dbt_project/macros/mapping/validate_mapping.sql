{# Stop this audience, and no other, with the reason and the model's name. #}
{% macro raise_audience_error(reason) %}
    {%- do exceptions.raise_compiler_error(
        "The audience " ~ model.name ~ " cannot be built: " ~ reason ~ "."
    ) -%}
{% endmacro %}

{# One key of meta.mailchimp: known, and with a value that it takes. #}
{% macro validate_mapping_key(key, value) %}
    {%- set rules = dbt_mailchimp.mapping_keys() -%}
    {%- if key not in rules -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "meta.mailchimp has the unknown key '" ~ key ~ "'. Known: " ~ rules.keys()
            | join(", ")
        ) -%}
    {%- endif -%}
    {%- set values = rules[key].get("values") -%}
    {%- if values and (value not in values or (value is boolean) != (values[0] is boolean)) -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "meta.mailchimp." ~ key ~ " is '" ~ value ~ "'. It takes " ~ values
            | join(", ")
        ) -%}
    {%- endif -%}
{% endmacro %}

{# What can only be said of a whole mapping; a segment of `true` becomes the audience's name. #}
{% macro validate_mapping(mapping, name) %}
    {%- if mapping.list_id is not string or not modules.re.match(
        "^[0-9A-Za-z]+$", mapping.list_id
    ) -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "meta.mailchimp.list_id is '"
            ~ mapping.list_id
            ~ "'. It is a text, the id of a list as `loader lists` shows it"
        ) -%}
    {%- endif -%}
    {%- if mapping.segment is sameas true -%}
        {%- do mapping.update({"segment": name}) -%}
    {%- endif -%}
    {%- if mapping.segment is not none and (
        mapping.segment is not string or not mapping.segment.strip()
    ) -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "meta.mailchimp.segment is '"
            ~ mapping.segment
            ~ "'. It is a name, or true for the audience's name"
        ) -%}
    {%- endif -%}
    {%- if mapping.segment is not none -%}
        {%- do mapping.update({"segment": dbt_mailchimp.normalise_name(mapping.segment)}) -%}
        {%- if mapping.segment | length > dbt_mailchimp.max_name_length() -%}
            {%- do dbt_mailchimp.raise_audience_error(
                "meta.mailchimp.segment has " ~ mapping.segment
                | length
                ~ " characters, and a segment has at most "
                ~ dbt_mailchimp.max_name_length()
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if mapping.targets is string -%}
        {%- do mapping.update({"targets": [mapping.targets]}) -%}
    {%- endif -%}
    {%- if mapping.targets is not none and not dbt_mailchimp.are_names(mapping.targets) -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "meta.mailchimp.targets is '"
            ~ mapping.targets
            ~ "'. It is a list of targets of the profile, as in ['prod']"
        ) -%}
    {%- endif -%}
    {%- if mapping.fields is not none and mapping.fields is not mapping -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "meta.mailchimp.fields is '"
            ~ mapping.fields
            ~ "'. It is a mapping of columns to what their merge fields are"
        ) -%}
    {%- endif -%}
    {%- if mapping.schedule is not none and (
        mapping.schedule is not string or mapping.schedule.split() | length != 5
    ) -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "meta.mailchimp.schedule is '"
            ~ mapping.schedule
            ~ "'. It is a cron expression of five fields, as in '0 */2 * * *'"
        ) -%}
    {%- endif -%}
    {%- if mapping.timezone is not string or not modules.re.match(
        "^[A-Za-z][A-Za-z0-9_+/-]*$", mapping.timezone
    ) -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "meta.mailchimp.timezone is '"
            ~ mapping.timezone
            ~ "'. It is a name of the IANA database, as in 'Europe/Berlin'"
        ) -%}
    {%- endif -%}
    {%- if not modules.re.match(
        "^([0-9]+|0?[.][0-9]+|[0-9]+([.][0-9]+)?%)$", mapping.max_leave | string
    ) -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "meta.mailchimp.max_leave is '"
            ~ mapping.max_leave
            ~ "'. It is a percentage (20%), a share (0.2) or a count (500)"
        ) -%}
    {%- endif -%}
    {%- if not modules.re.match("^[A-Za-z0-9_]+$", mapping.account | string) -%}
        {%- do dbt_mailchimp.raise_audience_error(
            "meta.mailchimp.account is '"
            ~ mapping.account
            ~ "'. It is a word, as in MAILCHIMP_API_KEY_<NAME>"
        ) -%}
    {%- endif -%}
    {{ return(mapping) }}
{% endmacro %}

{# Whether a value is a list of names, and there is one in it. #}
{% macro are_names(value) %}
    {%- if value is not sequence or value is mapping or not value -%}
        {{ return(false) }}
    {%- endif -%}
    {%- for one in value if one is not string or not one.strip() -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(true) }}
{% endmacro %}

{# One payload serves every list of an audience, so what shapes it must be the same in all. #}
{% macro validate_shared_keys(mappings) %}
    {%- for key in ["consent", "duplicates", "order_by", "nulls", "fields"] -%}
        {%- if mappings | map(attribute=key) | map("tojson") | unique | list | length > 1 -%}
            {%- do dbt_mailchimp.raise_audience_error(
                "its mappings differ in '"
                ~ key
                ~ "', which must be the same for every list"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if mappings | map(attribute="list_id") | unique | list | length < mappings | length -%}
        {%- do dbt_mailchimp.raise_audience_error("two of its mappings name the same list_id") -%}
    {%- endif -%}
{% endmacro %}

{# What can only be said of the mappings and the columns together. #}
{% macro validate_against_columns(mappings, columns) %}
    {%- do dbt_mailchimp.require_consent(mappings, columns) -%}
    {%- for mapping in mappings if mapping.contacts == "none" -%}
        {%- if not (mapping.segment or columns.tags or columns.permissions) -%}
            {%- do dbt_mailchimp.raise_audience_error(
                "contacts: none without a segment does nothing. Set segment, or select tags"
            ) -%}
        {%- endif -%}
        {%- if mapping.mirror -%}
            {%- do dbt_mailchimp.raise_audience_error(
                "mirror archives contacts, and contacts: none changes none. Remove one of the two"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{# Nobody is created without consent: a column that says it, or somebody who vouches for it. #}
{% macro require_consent(mappings, columns) %}
    {%- for mapping in mappings if mapping.contacts in ["upsert", "create"] -%}
        {%- if not columns.consent and mapping.consent != "assumed" -%}
            {%- do dbt_mailchimp.raise_audience_error(
                "it may create contacts, and their consent is not known. Select a boolean column"
                ~ " marketing_consent; or, if everybody here has consented, set consent: assumed; or"
                ~ " set contacts: update or none"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
