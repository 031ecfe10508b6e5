{#
    Who would leave the list as its audience says, and stays because other audiences that may create
    contacts want them: how many, by the names of those. Of a `history` the people who are wanted now
    do not leave; without one the audience gives up all of its contacts.
#}
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
                and ledger.email_address
                not in (select email_address from {{ history }} where dbt_valid_to is null)
                -- who withdraws consent, or gets another address, is told so
                and ledger.email_address not in (
                    select coalesce(previous_email, email_address)
                    from loader_delta
                    where audience = {{ audience }} and kind = 'contact'
                )
            {%- endif %}
        group by ledger.email_address
    )

select audiences, count(*) as contacts
from kept
group by audiences
order by contacts desc, audiences
