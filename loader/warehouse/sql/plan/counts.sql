{# Count the rows of a plan for reports and guards. #}
{# How many rows of each audience go each way, and how many do not go and why: of a refusal,
   what Mailchimp said. #}
{% macro counts() %}
    select
        audience,
        route,
        turn,
        outcome,
        reason_code,
        message,
        mailchimp_code,
        is_new,
        count(*) as contacts
    from loader_plan
    group by audience, route, turn, outcome, reason_code, message, mailchimp_code, is_new
{% endmacro %}

{# The numbers for the guards, by audience: how many people would leave, how many withdrew their
   consent, of how many people it has put something into the list, and of how much it was ever
   told. #}
{% macro safety_counts(ledger, list_id) %}
    with

        leaving as (
            select
                audience,
                count(distinct case when is_leave then email_address end) as leaving,
                count(case when action = 'withdraw' then 1 end) as withdrawing
            from loader_plan
            where outcome is null
            group by audience
        ),

        known as (
            select
                audience,
                count(distinct case when is_managed then email_address end) as sent,
                count(case when is_managed or action is not null then 1 end) as known
            from {{ ledger }}
            where list_id = {{ list_id }}
            group by audience
        )

    select
        rules.audience,
        coalesce(leaving.leaving, 0) as leaving,
        coalesce(leaving.withdrawing, 0) as withdrawing,
        coalesce(known.sent, 0) as sent,
        coalesce(known.known, 0) as known
    from loader_rules as rules
    left join leaving on rules.audience = leaving.audience
    left join known on rules.audience = known.audience
{% endmacro %}

{# What people would lose, or have changed, who stay wanted: for each audience and kind how many
   people, and the same by what it is (`name`; NULL for all of a kind). Who withdraws their
   consent is counted with the withdrawals. #}
{% macro losses() %}
    with

        withdrawn as (
            select distinct audience, current_email from loader_plan where action = 'withdraw'
        ),

        lost as (
            select audience, 'address' as kind, '' as name, email_address
            from loader_plan
            where outcome is null and route = 'change_address'
            union all
            select plan.audience, plan.kind, plan.segment as name, plan.email_address
            from loader_plan as plan
            left join
                withdrawn
                on plan.audience = withdrawn.audience
                and plan.current_email = withdrawn.current_email
            where
                plan.outcome is null
                and plan.action in ('segment_remove', 'tag_remove')
                and not plan.is_leave
                and withdrawn.current_email is null
            union all
            select plan.audience, lost.kind, lost.name, plan.email_address
            from loader_plan as plan
            inner join
                loader_lost as lost
                on plan.audience = lost.audience
                and plan.email_address = lost.email_address
                and plan.action = lost.action
            left join
                withdrawn
                on plan.audience = withdrawn.audience
                and plan.current_email = withdrawn.current_email
            where plan.outcome is null and withdrawn.current_email is null
        )

    select audience, kind, name, count(distinct email_address) as people
    from lost
    group by grouping sets ((audience, kind), (audience, kind, name))
    order by audience, kind, people desc, name
{% endmacro %}

{# How many contacts a list shows that no audience of this warehouse has put there or knows. #}
{% macro strangers(drift, ledger, members, list_id) %}
    select count(*) as contacts
    from {{ members }} as members
    where
        list_id = {{ list_id }}
        and not exists (
            select 1
            from {{ ledger }} as ledger
            where ledger.list_id = members.list_id and ledger.email_address = members.email_address
        )
        -- whose address somebody changed in Mailchimp is known by the old one
        and not exists (
            select 1
            from {{ drift }} as drift
            where
                drift.list_id = members.list_id
                and drift.drift_type = 'email_changed'
                and drift.actual = members.email_address
        )
{% endmacro %}

{# Who would leave the list as its audience says, and stays because other audiences that may
   create contacts want them: how many, by the names of those. Of a `history` the people who are
   wanted now do not leave; without one the audience gives up all of its contacts. #}
{% macro staying(ledger, members, wanted, audience, history, list_id) %}
    with

        kept as (
            select
                ledger.email_address,
                string_agg(wanted.audience, ' and ' order by wanted.audience) as audiences
            from {{ ledger }} as ledger
            inner join
                {{ members }} as members
                on ledger.list_id = members.list_id
                and ledger.email_address = members.email_address
            inner join
                {{ wanted }} as wanted
                on ledger.list_id = wanted.list_id
                and ledger.email_address = wanted.email_address
            where
                ledger.list_id = {{ list_id }}
                and ledger.audience = {{ audience }}
                and ledger.kind = 'contact'
                and ledger.is_managed
                and not ledger.pre_existing
                and members.status in ('subscribed', 'pending')
                and wanted.audience <> {{ audience }}
                and wanted.may_create
                {%- if history %}
                    and not exists (
                        select 1
                        from {{ history }} as history
                        where
                            history.dbt_valid_to is null
                            and history.email_address = ledger.email_address
                    )
                    -- who withdraws consent, or gets another address, is told so
                    and not exists (
                        select 1
                        from loader_delta as delta
                        where
                            delta.audience = {{ audience }}
                            and delta.kind = 'contact'
                            and coalesce(delta.previous_email, delta.email_address)
                            = ledger.email_address
                    )
                {%- endif %}
            group by ledger.email_address
        )

    select audiences, count(*) as contacts
    from kept
    group by audiences
    order by contacts desc, audiences
{% endmacro %}
