{#
    Every key of meta.mailchimp: its default, the values that it takes where they can be listed, else
    what it takes in words, and what it means. docs/reference/keys.md is made of it.
#}
{% macro mapping_keys() %}
    {{
        return(
            {
                "list_id": {
                    "default": none,
                    "takes": "required: the id of a list, as `loader lists` shows it",
                    "description": "The list that the audience feeds.",
                },
                "contacts": {
                    "default": "upsert",
                    "values": ["upsert", "create", "update", "none"],
                    "description": "What may happen to contacts. `update` and `none` concern only people"
                    " who are on the list already, and keep nobody on it.",
                },
                "segment": {
                    "default": none,
                    "takes": "absent, a name, or `true` for the name of the audience",
                    "description": "A static segment that mirrors the audience; Mailchimp shows it as a"
                    " tag. A segment that somebody else made is refused.",
                },
                "adopt": {
                    "default": false,
                    "values": [true, false],
                    "description": "Take over a segment of that name that somebody else made. It is never"
                    " deleted.",
                },
                "on_leave": {
                    "default": "keep",
                    "values": ["keep", "unsubscribe", "archive"],
                    "description": "What happens to a contact of ours that no audience of the list wants"
                    " any more. Only audiences that may create contacts count. `plan` and `sync` count"
                    " and name who stays because another audience wants them.",
                },
                "status_if_new": {
                    "default": "subscribed",
                    "values": ["subscribed", "pending", "transactional", "unsubscribed"],
                    "description": "The status of new contacts only. A double opt-in list turns"
                    " `subscribed` into `pending`.",
                },
                "targets": {
                    "default": none,
                    "takes": "absent, or names of targets of the profile",
                    "description": "The targets from which the audience may be sent. Absent means the"
                    " variable `mailchimp_targets` of the project, and without that every target.",
                },
                "consent": {
                    "default": "marketing_consent",
                    "values": ["marketing_consent", "assumed"],
                    "description": "Use the column `marketing_consent`, or set `assumed` to vouch for"
                    " everyone. One of the two is required if the audience may create contacts.",
                },
                "duplicates": {
                    "default": "first",
                    "values": ["first", "skip", "fail"],
                    "description": "What to do when several rows have one address: keep the first, drop"
                    " them all, or fail the build.",
                },
                "order_by": {
                    "default": none,
                    "takes": "absent, or an SQL expression",
                    "description": "Which of several rows of one address is the first. Absent means that"
                    " all columns decide.",
                },
                "nulls": {
                    "default": "skip",
                    "values": ["skip", "clear"],
                    "description": "Whether a NULL is not sent, or clears the field.",
                },
                "merge_fields": {
                    "default": "create",
                    "values": ["create", "require"],
                    "description": "Whether missing merge fields are made, or stop the audience before its"
                    " first write.",
                },
                "fields": {
                    "default": none,
                    "takes": "absent, or a mapping by column",
                    "description": "What a merge field is: its `type`, and for one that is made `name`,"
                    " `choices`, `default` and `format`.",
                },
                "mirror": {
                    "default": false,
                    "values": [false, true],
                    "description": "Archive also the contacts of the list that no audience selects, ours"
                    " or not: those whom the last `loader pull` or `loader verify` read as subscribed,"
                    " with all that they hold, and who have not changed since. `plan` and `sync` say"
                    " which reading it is. The `max_leave` guard applies. Contacts that are selected"
                    " again later are resubscribed.",
                },
                "max_leave": {
                    "default": "20%",
                    "takes": "`20%`, a share (`0.2`), or a count (`500`)",
                    "description": "The guard. More leaves than that, and more than ten, stop the"
                    " audience. So do as many changes of address, and as many tags, segment"
                    " memberships, values or interests lost, or marketing permissions switched off, of"
                    " people who are still wanted. Withdrawn consents have a guard of their own with the"
                    " same bound, and are sent when another guard has stopped the audience.",
                },
                "schedule": {
                    "default": none,
                    "takes": "absent, or a cron expression in UTC",
                    "description": "When `loader sync --due` sends the audience.",
                },
                "enabled": {
                    "default": true,
                    "values": [true, false],
                    "description": "Switch an audience off. Nobody leaves because of it.",
                },
                "account": {
                    "default": "default",
                    "takes": "`default`, or a name",
                    "description": "Which credentials: `MAILCHIMP_API_KEY`, or `MAILCHIMP_API_KEY_<NAME>`."
                    " An OAuth token is `MAILCHIMP_ACCESS_TOKEN`, in the same way. Where"
                    " `MAILCHIMP_BASE_URL` is set, so must be `MAILCHIMP_BASE_URL_<NAME>`.",
                },
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
    {%- for key, rule in dbt_mailchimp.mapping_keys().items() -%}
        {%- do defaults.update({key: rule.default}) -%}
    {%- endfor -%}
    {%- set below = namespace(targets=none) -%}
    {%- for source in graph.get("sources", {}).values() -%}
        {%- if source.package_name == "dbt_mailchimp" and source.name == "loader_audiences" -%}
            {%- set below.targets = fromjson(source.config.meta["mailchimp_targets"]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do defaults.update({"targets": var("mailchimp_targets", below.targets)}) -%}
    {{ return(defaults) }}
{% endmacro %}
