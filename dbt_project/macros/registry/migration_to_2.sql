{#
    Version 2 says each thing in a column of its own, and with codes in the place of sentences. An
    audience has to be built once more before it is sent: its delta reads the tables.
#}
{% macro migration_to_2() %}
    {%- set none_yet = "cast(null as varchar)" -%}
    {%- set said = {
        "payload_hash": {
            "payload_hash": dbt_mailchimp.v2_hash("payload_hash"),
        },
        "reason": {
            "reason_code": dbt_mailchimp.v2_reason_code(),
            "message": dbt_mailchimp.v2_message(),
            "mailchimp_code": dbt_mailchimp.v2_mailchimp_code(),
        },
        "text": {},
    } -%}
    {%- set of_ledger, of_acks = dict(said), dict(said) -%}
    {%- do of_acks.update(
        {
            "payload_hash": {
                "payload_hash": said.payload_hash.payload_hash,
                "marketing_permissions": "case when action = 'permissions' then payload_hash end",
            }
        }
    ) -%}
    {%- do of_ledger.update(
        {
            "kind": {"kind": "replace(kind, ' ', '_')"},
            "existed": {"pre_existing": "existed"},
            "sent": {"is_managed": "sent"},
            "claimed": {
                "claim_state": (
                    "case claimed when 'sent' then 'reclaim'"
                    ~ " when 'sent and existed' then 'first_claim' end"
                )
            },
            "confirmed": {
                "confirmed_hash": (
                    "case when confirmed not in ('refresh', 'drift') then "
                    ~ dbt_mailchimp.v2_hash("confirmed")
                    ~ " end"
                ),
                "confirmed_permissions": (
                    "case when kind = 'permissions' and confirmed <> 'refresh' then confirmed end"
                ),
                "resend_reason": (
                    "case confirmed when 'refresh' then 'historical_refresh'"
                    ~ " when 'drift' then 'drift' end"
                ),
            },
            "text": {"pending_email": "case when reason = 'on its way' then text end"},
        }
    ) -%}
    {{
        return(
            {
                "loader_audiences": {
                    "path": {
                        "project": dbt_mailchimp.literal(project_name),
                        "path": "path",
                    },
                    "status": {
                        "status": "case when status = 'success' then 'migrated' else status end"
                    },
                    "current_view": {"relation": "current_view"},
                },
                "loader_wanted": {},
                "loader_conflicts": {},
                "loader_ledger": of_ledger,
                "loader_acks": of_acks,
                "loader_runs": {
                    "options": {
                        "command": "case when options like '%retire%' then 'retire' else 'sync' end",
                        "options": dbt_mailchimp.v2_options(),
                    },
                    "width": {"max_in_flight": "width"},
                },
                "loader_segments": {
                    "is_ours": {"is_managed": "is_ours"},
                    "remake": {"recreate": "remake"},
                },
                "loader_drift": {
                    "drift": {"drift_type": dbt_mailchimp.v2_drift_type()},
                    "found": {"actual": "found"},
                    "is_decided": {"is_manual_change": "is_decided"},
                },
                "mailchimp_members": {
                    "details_read_at": {
                        "details_read_at": "details_read_at",
                        "details_read_by": (
                            "case when details_read_at is not null then 'pull' end"
                        ),
                    }
                },
            }
        )
    }}
{% endmacro %}

{# The md5 of what was the text itself: of a membership, and of permissions. #}
{% macro v2_hash(column) -%}
    case
        when {{ column }} = 'member' or substr({{ column }}, 1, 1) = '{'
        then md5({{ column }})
        else {{ column }}
    end
{%- endmacro %}

{# The code of a reason that was a sentence. #}
{% macro v2_reason_code() -%}
    case
        when outcome = 'rejected'
        then
            case
                reason
                when 'the new address is on the list already'
                then 'email_taken'
                when 'no usable answer, alone, in three runs'
                then 'dead_lettered'
                else 'refused'
            end
        when outcome = 'invalid' and reason like '% want different values for %'
        then 'conflicting_values'
        when outcome = 'invalid' and reason like 'a tag of more than %'
        then 'tag_too_long'
        when outcome = 'invalid'
        then {{ dbt_mailchimp.invalid_code("reason") }}
        when reason like 'the answer does not show %'
        then 'values_not_shown'
        else
            case
                reason
                when 'already there'
                then 'already_applied'
                when 'not on the list'
                then 'already_gone'
                when 'not on the list yet'
                then 'not_on_list'
                when 'another address'
                then 'email_changed'
                when 'given by another audience'
                then 'shared_membership'
                when 'taken off by another audience'
                then 'removed_by_other_audience'
                when 'no usable answer, alone'
                then 'isolated_failure'
                when 'not mentioned in the answer'
                then 'not_mentioned'
                when 'on its way'
                then 'in_flight'
                else replace(reason, ' ', '_')
            end
    end
{%- endmacro %}

{# What says more than the code. #}
{% macro v2_message() -%}
    case
        when outcome = 'invalid' or reason like 'the answer does not show %'
        then reason
        when reason = 'on its way'
        then null
        else text
    end
{%- endmacro %}

{# Mailchimp's code or title of a refusal. #}
{% macro v2_mailchimp_code() -%}
    case when {{ dbt_mailchimp.v2_reason_code() }} = 'refused' then reason end
{%- endmacro %}

{# The type of a difference that was told in words. #}
{% macro v2_drift_type() -%}
    case
        drift
        when 'not on the list'
        then 'missing_contact'
        when 'another status'
        then 'status_changed'
        when 'another value'
        then 'value_changed'
        when 'another address'
        then 'email_changed'
        when 'another permission'
        then 'permission_changed'
        when 'not in it'
        then 'missing_member'
        when 'in it'
        then 'unexpected_member'
        when 'subscribed again'
        then 'resubscribed'
        else drift
    end
{%- endmacro %}

{# The options of a run by their names of today; the command has a column of its own. #}
{% macro v2_options() -%}
    {%- set found = namespace(sql="options") -%}
    {%- for old, new in {
        '"retire",': "",
        '"retire"': "",
        '"force_leave"': '"allow_leaves"',
        '"first"': '"allow_first_sync"',
    }.items() -%}
        {%- set found.sql = "replace(" ~ found.sql ~ ", '" ~ old ~ "', '" ~ new ~ "')" -%}
    {%- endfor -%}
    {{ found.sql }}
{%- endmacro %}
