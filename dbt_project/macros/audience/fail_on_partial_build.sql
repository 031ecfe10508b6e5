{# An audience built from no rows or from a sample would make everybody else leave. #}
{% macro fail_on_partial_build() %}
    {%- set arguments = invocation_args_dict or {} -%}
    {%- for flag in ["empty", "sample"] -%}
        {%- if arguments.get(flag) -%}
            {%- do exceptions.raise_compiler_error(
                "--"
                ~ flag
                ~ " would remove contacts from this audience. Build it completely, or exclude"
                ~ " it with --exclude config.materialized:audience."
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
