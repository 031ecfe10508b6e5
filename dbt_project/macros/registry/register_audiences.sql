{#
    At the end of a dbt command: tell the loader what became of each audience of this project, and of
    its tests, and people what stays behind in Mailchimp. What an audience is, its build has written.
    One that left the project stays, switched off; those of other projects in the same schema stay as
    they are.
#}
{% macro register_audiences(results) %}
    {%- set writes = flags.WHICH in ["run", "build", "test", "seed", "snapshot", "retry"] -%}
    {%- if execute and writes and dbt_mailchimp.has_dialect() -%}
        {#- what another dbt command writes is read before it is replaced -#}
        {%- do dbt_mailchimp.begin_transaction() -%}
        {%- do dbt_mailchimp.lock_table(dbt_mailchimp.loader_relation("loader_audiences")) -%}
        {%- set known = dbt_mailchimp.registered_audiences() -%}
        {%- set named = [] -%}
        {%- for node in dbt_mailchimp.audience_nodes() -%}
            {%- set name = dbt_mailchimp.audience_name(node) | lower -%}
            {%- if not dbt_mailchimp.registered_elsewhere_reason(node, known.get(name)) -%}
                {%- do known.update(
                    {name: dbt_mailchimp.audience_row(node, known.get(name), results)}
                ) -%}
            {%- endif -%}
            {%- do named.append(name) -%}
        {%- endfor -%}
        {%- for name, row in known.items() if row.project == project_name and name not in named -%}
            {%- do row.update({"enabled": false, "status": "removed"}) -%}
        {%- endfor -%}
        {%- do dbt_mailchimp.write_registry(known.values() | list) -%}
        {%- do dbt_mailchimp.warn_left_behind() -%}
    {%- endif -%}
{% endmacro %}

{# The registry as it stands: {audience in lower case: row}. #}
{% macro registered_audiences() %}
    {%- set names = dbt_mailchimp.loader_tables().loader_audiences.keys() | list -%}
    {%- set query -%}
        select {{ names | join(", ") }} from {{ dbt_mailchimp.loader_relation("loader_audiences") }}
    {%- endset -%}
    {%- set known = {} -%}
    {%- for found in run_query(query).rows -%}
        {%- set row = {} -%}
        {%- for name in names -%} {%- do row.update({name: found[name]}) -%} {%- endfor -%}
        {%- do known.update({row.audience | lower: row}) -%}
    {%- endfor -%}
    {{ return(known) }}
{% endmacro %}

{# What is to be said of one audience after this invocation. #}
{% macro audience_row(node, before, results) %}
    {%- set built = results | selectattr("node.unique_id", "equalto", node.unique_id) | list -%}
    {%- set row = before or {"failed_tests": "[]"} -%}
    {%- do row.update(
        {
            "audience": dbt_mailchimp.audience_name(node),
            "project": project_name,
            "path": node.original_file_path,
            "tags": tojson(node.tags),
            "failed_tests": tojson(
                dbt_mailchimp.failed_tests(node, row.failed_tests, results)
            ),
        }
    ) -%}
    {%- if built -%}
        {%- do row.update(
            {
                "status": built[0].status | string,
                "invocation_id": invocation_id,
                "built_at": run_started_at.strftime("%Y-%m-%d %H:%M:%S"),
            }
        ) -%}
    {%- elif row.status == "removed" -%}
        {%- do row.update({"status": "not built since it came back"}) -%}
    {%- elif not row.status -%} {%- do row.update({"status": "not built yet"}) -%}
    {%- endif -%}
    {{ return(row) }}
{% endmacro %}

{# The names of the tests of an audience that failed when they last ran. #}
{% macro failed_tests(node, before, results) %}
    {%- set still = graph.nodes.keys() | list + graph.unit_tests.keys() | list -%}
    {%- set ran, failed = [], [] -%}
    {%- for result in results -%}
        {#- a unit test that ran depends on the rows that it was given -#}
        {%- set test = graph.unit_tests.get(result.node.unique_id) or result.node -%}
        {%- set is_test = test.resource_type in ["test", "unit_test"] -%}
        {%- if is_test and node.unique_id in test.depends_on.nodes -%}
            {%- do ran.append(result.node.unique_id) -%}
            {%- if result.status | string in ["fail", "error", "runtime error"] -%}
                {%- do failed.append(result.node.unique_id) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for test in fromjson(before) -%}
        {%- if test not in ran and test in still -%} {%- do failed.append(test) -%} {%- endif -%}
    {%- endfor -%}
    {{ return(failed | sort) }}
{% endmacro %}

{#
    What an audience is, written in the transaction that builds it. Where that is news, the row says
    so until dbt comes to its end: what all audiences wish together, and tests, come only then.
#}
{% macro register_audience(node, mappings, columns) %}
    {%- set name = dbt_mailchimp.audience_name(node) -%}
    {%- set before = dbt_mailchimp.registered_audiences().get(name | lower) or {} -%}
    {%- set built = dbt_mailchimp.built_audience(node, mappings, columns) -%}
    {%- set news = [] -%}
    {%- for key, value in built.items() if before.get(key) != value -%}
        {%- do news.append(key) -%}
    {%- endfor -%}
    {%- if news or before.status == "removed" -%}
        {%- set row = dbt_mailchimp.audience_row(node, dict(before), []) -%}
        {%- do row.update(built) -%}
        {%- do row.update({"status": "unfinished"}) -%}
        {%- call statement("register_audience") -%}
            {{
                dbt_mailchimp.replace_registry_rows(
                    [row], "lower(audience) = " ~ dbt_mailchimp.literal(name | lower)
                )
            }}
        {%- endcall -%}
    {%- endif -%}
{% endmacro %}

{# The part of a row that only a build can give. #}
{% macro built_audience(node, mappings, columns) %}
    {%- set current = dbt_mailchimp.relation_of(node) -%}
    {{
        return(
            {
                "audience": dbt_mailchimp.audience_name(node),
                "project": project_name,
                "enabled": mappings | selectattr("enabled") | list | length > 0,
                "configuration": tojson(
                    {
                        "package_version": dbt_mailchimp.package_version(),
                        "mappings": mappings,
                        "merge_fields": columns.merge_fields,
                        "has_tags": columns.tags is not none,
                        "interests": dbt_mailchimp.interests_of(columns),
                        "marketing_permissions": (
                            columns.permissions.switches if columns.permissions else []
                        ),
                        "fields": dbt_mailchimp.payload_paths(columns),
                    }
                ),
                "history": dbt_mailchimp.audience_relation(current, "__history", "table")
                | string,
                "relation": current | string,
                "delta": dbt_mailchimp.audience_relation(current, "__delta", "view") | string,
            }
        )
    }}
{% endmacro %}

{# Where a payload has what an audience writes: the path of each attribute and merge field. #}
{% macro payload_paths(columns) %}
    {%- set paths = [] -%}
    {%- for column in columns.attributes if column.kind != "switches" -%}
        {%- do paths.append([column.attribute]) -%}
    {%- endfor -%}
    {%- for name in dbt_mailchimp.interests_of(columns) -%}
        {%- do paths.append(["interests", "interest " ~ name]) -%}
    {%- endfor -%}
    {%- for name in (columns.permissions.switches if columns.permissions else []) -%}
        {%- do paths.append(["marketing_permissions", name]) -%}
    {%- endfor -%}
    {%- for column in columns.merge_fields -%}
        {%- do paths.append(["merge_fields", column.tag]) -%}
    {%- endfor -%}
    {{ return(paths) }}
{% endmacro %}

{# The names of the interests that an audience switches on and off. #}
{% macro interests_of(columns) %}
    {%- for column in columns.attributes if column.attribute == "interests" -%}
        {{ return(column.switches) }}
    {%- endfor -%}
    {{ return([]) }}
{% endmacro %}

{# Replace the registry, and who wants whom, and how, in one transaction. #}
{% macro write_registry(rows) %}
    {%- call statement("write_registry") -%}
        {{ dbt_mailchimp.replace_registry_rows(rows, "true") }}
    {%- endcall -%}
    {%- do dbt_mailchimp.store_view_as_table(
        "loader_wanted", dbt_mailchimp.wanted_view_sql(rows)
    ) -%}
    {%- do dbt_mailchimp.store_view_as_table(
        "loader_conflicts", dbt_mailchimp.conflict_view_sql(rows)
    ) -%}
    {%- do dbt_mailchimp.replace_view(
        dbt_mailchimp.loader_relation("loader_left_behind"),
        dbt_mailchimp.left_behind_view_sql(rows),
    ) -%}
    {%- do adapter.commit() -%}
{% endmacro %}

{# Replace the rows of the registry of which `which` is true. #}
{% macro replace_registry_rows(rows, which) %}
    {%- set registry = dbt_mailchimp.loader_relation("loader_audiences") -%}
    {%- set names = dbt_mailchimp.loader_tables().loader_audiences.keys() | list -%}
    delete from {{ registry }}
    where {{ which }}
    ;
    {%- for row in rows %}
        insert into {{ registry }} ({{ names | join(", ") }}) values (
        {%- for name in names -%}
            {{ dbt_mailchimp.literal(row.get(name)) }}{{ ", " if not loop.last }}
        {%- endfor -%}
        );
    {%- endfor %}
{% endmacro %}

{#
    Keep what all audiences together wish as a table, because every delta reads it. The view beside
    it says the same of the present moment: the loader copies it when a run begins.
#}
{% macro store_view_as_table(name, sql) %}
    {%- set table = dbt_mailchimp.loader_relation(name) -%}
    {%- set now = dbt_mailchimp.loader_relation(name ~ "__now") -%}
    {%- do dbt_mailchimp.replace_view(now, sql) -%}
    {%- set columns = dbt_mailchimp.loader_tables()[name].keys() | join(", ") -%}
    {%- do run_query("delete from " ~ table) -%}
    {%- do run_query(
        "insert into " ~ table ~ " (" ~ columns ~ ") select " ~ columns ~ " from " ~ now
    ) -%}
{% endmacro %}
