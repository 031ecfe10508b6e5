{# An audience built from no rows or from a sample would make everybody else leave. #}
{% macro fail_on_partial_build() %}
    {%- set arguments = invocation_args_dict or {} -%}
    {%- for flag in ["empty", "sample"] -%}
        {%- if arguments.get(flag) -%}
            {%- do exceptions.raise_compiler_error(
                "--"
                ~ flag
                ~ " would take contacts out of this audience. Build it whole, or leave"
                ~ " it out with --exclude config.materialized:audience."
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
