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
                    " who are on the list already. They keep nobody on it.",
                },
                "segment": {
                    "default": none,
                    "takes": "absent, a name, or `true` for the name of the audience",
                    "description": "A static segment that mirrors the audience. Mailchimp shows it as a"
                    " tag. A segment that somebody else created is refused.",
                },
                "adopt": {
                    "default": false,
                    "values": [true, false],
                    "description": "Take over a segment of that name that somebody else created. It is never"
                    " deleted.",
                },
                "on_leave": {
                    "default": "keep",
                    "values": ["keep", "unsubscribe", "archive"],
                    "description": "What happens to a contact that the loader created and that no audience"
                    " of the list wants any more. Only audiences that may create contacts count. `plan`"
                    " and `sync` report who stays because another audience wants them.",
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
                    "description": "The targets from which the audience may be sent. Without it the"
                    " variable `mailchimp_targets` of the project applies; without that, every target.",
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
                    "description": "Which of several rows of one address is the first. Without it all"
                    " columns decide.",
                },
                "nulls": {
                    "default": "skip",
                    "values": ["skip", "clear"],
                    "description": "What a NULL does: it is not sent, or it clears the field.",
                },
                "merge_fields": {
                    "default": "create",
                    "values": ["create", "require"],
                    "description": "What happens when merge fields are missing: they are created, or they"
                    " stop the audience before its first write.",
                },
                "fields": {
                    "default": none,
                    "takes": "absent, or a mapping by column",
                    "description": "The `type` of a merge field. For one that is created also its `name`,"
                    " `choices`, `default` and `format`.",
                },
                "mirror": {
                    "default": false,
                    "values": [false, true],
                    "description": "Archive also the contacts of the list that no audience selects, whoever"
                    " created them. It archives only those that the last complete `loader pull` or"
                    " `loader verify` read as subscribed and that have not changed since. `plan` and"
                    " `sync` report which reading it is. The `max_leave` guard applies. Contacts that"
                    " are selected again later are resubscribed.",
                },
                "max_leave": {
                    "default": "20%",
                    "takes": "`20%`, a share (`0.2`), or a count (`500`)",
                    "description": "The guard. If more contacts leave than this, and more than ten, the"
                    " audience stops. The same limit holds for changes of address, and for people who"
                    " stay but lose a tag, a segment membership, a value, an interest or a marketing"
                    " permission. Withdrawn consents have their own guard with the same limit. They are"
                    " sent even when another guard has stopped the audience.",
                },
                "schedule": {
                    "default": none,
                    "takes": "absent, or a cron expression",
                    "description": "When `loader sync --due` sends the audience.",
                },
                "timezone": {
                    "default": "UTC",
                    "takes": "`UTC`, or a name of the IANA database, as in `Europe/Berlin`",
                    "description": "The time zone of `schedule`.",
                },
                "enabled": {
                    "default": true,
                    "values": [true, false],
                    "description": "Whether the audience is sent. Nobody leaves because of `false`.",
                },
                "account": {
                    "default": "default",
                    "takes": "`default`, or a name",
                    "description": "Which credentials: `MAILCHIMP_API_KEY`, or `MAILCHIMP_API_KEY_<NAME>`."
                    " An OAuth token is `MAILCHIMP_ACCESS_TOKEN`, in the same way. If"
                    " `MAILCHIMP_BASE_URL` is set, set `MAILCHIMP_BASE_URL_<NAME>` too.",
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
