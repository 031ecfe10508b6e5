"""A real customer table as an audience of one file, and what Mailchimp must then show."""

from collections import Counter
from pathlib import Path
from typing import Any

from shop import Shop

COLUMNS = "person_id, email, phone, city, state, postal_code, country"
GENERATED = """
    select
        range + 1 as person_id,
        'person' || range || '@people.example.com' as email,
        '555-' || lpad(range::varchar, 4, '0') as phone,
        (array['Köln', 'São Paulo', 'O''Fallon', NULL, 'Newport "Hills"'])[1 + range % 5] as city,
        (array['WA', 'BC', NULL])[1 + range % 3] as state,
        lpad((range * 7 % 99999)::varchar, 5, '0') as postal_code,
        (array['US', 'DE'])[1 + range % 2] as country
    from generate_series(0, {last}) as numbers(range)
"""
AUDIENCE = """
select
    email as email_address,
    cast(person_id as varchar) as person_id,
    upper(substr(email, 1, 1)) || regexp_replace(substr(email, 2), '[^a-z].*$', '') as fname,
    regexp_replace(email, '[^0-9]', '', 'g') as lname,
    city, state, postal_code as postcode, country, person_id as number,
    consent as marketing_consent
from raw_people
"""
# what a contact must hold, said without the loader's SQL: unsent fields come back empty
WANTED = """
    select
        lower(trim(email_address)) as email_address,
        coalesce(fname, '') as fname,
        coalesce(lname, '') as lname,
        coalesce(city, '') as city,
        coalesce(state, '') as state,
        coalesce(postcode, '') as postcode,
        coalesce(country, '') as country,
        cast(number as double precision) as number
    from ({audience}) as audience
    where marketing_consent
"""
SHOWN = """
    create temp table shown (
        email_address varchar, fname varchar, lname varchar, city varchar, state varchar,
        postcode varchar, country varchar, number double precision,
        status varchar, in_segment boolean
    )
"""
EXCEPT = """
    with
        wanted_rows as (
            select *, 'subscribed' as status, true as in_segment
            from wanted
            where email_address not in (select email_address from apart)
        ),
        shown_rows as (
            select *
            from shown
            where
                email_address not in (select email_address from apart)
                and (status = 'subscribed' or in_segment)
        )
    (
        select 'missing' as side, *
        from (select * from wanted_rows except select * from shown_rows) as missing
    )
    union all
    (
        select 'too much' as side, *
        from (select * from shown_rows except select * from wanted_rows) as more
    )
"""
CHANGES = (  # one in a hundred of each, and twenty who withdraw
    "update raw_people set city = 'Moved', state = NULL where person_id % 100 = 1",
    "delete from raw_people where person_id % 100 = 2",
    """
    insert into raw_people
    select 100000 + person_id, 'new' || person_id || '@people.example.com', phone, city, state,
        postal_code, country, true
    from raw_people where person_id % 100 = 3
    """,
    """
    update raw_people set consent = false
    where person_id in (
        select person_id from raw_people where consent and person_id % 100 = 4 order by 1 limit 20
    )
    """,
)


STATUSES = (
    ("subscribed", None),
    ("unsubscribed", "person"),
    ("unsubscribed", "admin"),
    ("cleaned", None),
    ("pending", None),
    ("archived", None),
    ("transactional", None),
)


def settle_people(shop: Shop, source: Path | int) -> None:
    """Put the people of a CSV file, or so many made-up ones, into the shop, and build."""
    rows = (
        GENERATED.format(last=source - 1)
        if isinstance(source, int)
        else f"select * from read_csv('{source}', all_varchar = true)"
    )
    shop.sql(
        "create table raw_people as select cast(person_id as bigint) as person_id, email, phone,"
        " city, state, postal_code, country, cast(person_id as bigint) % 7 <> 0 as consent"
        f" from ({rows}) as source"
    )
    shop.audience("people", AUDIENCE, segment="People", on_leave="unsubscribe", nulls="clear")
    shop.dbt("run")


def populate(shop: Shop, known: int, strangers: int) -> dict[str, dict[str, Any]]:
    """Put some of the people, in every status, and tagged strangers onto the list, and read it."""
    people = shop.query(
        f"select email from raw_people order by md5(cast(person_id as varchar)) limit {known}"
    )
    addresses = [row["email"] for row in people]
    others = [f"stranger{place}@elsewhere.example.com" for place in range(strangers)]
    shop.sandbox.put(
        shop.list_id,
        *(
            {
                "email_address": address,
                "status": STATUSES[place % len(STATUSES)][0],
                "unsubscribed_by": STATUSES[place % len(STATUSES)][1],
                "merge_fields": {"FNAME": "Before"},
                "tags": ["Somebody's"],
            }
            for place, address in enumerate(addresses + others)
        ),
    )
    return shop.members()


def untouchable(shop: Shop, before: dict[str, dict[str, Any]]) -> set[str]:
    """Who was there before and is not to be written: strangers, not subscribed, not consenting."""
    consenting = {row["email"] for row in shop.query("select email from raw_people where consent")}
    return {
        address
        for address, member in before.items()
        if member["status"] != "subscribed" or address not in consenting
    }


def change_people(shop: Shop) -> None:
    """A day passes: some change, some go, some come, some withdraw their consent."""
    shop.sql(*CHANGES)
    shop.dbt("run")


def differences(shop: Shop, *, apart_from: set[str] | None = None) -> list[tuple[Any, ...]]:
    """Two-way `except` between what was wanted and what the list shows, over all fields.

    Contacts of `apart_from` are left out on both sides. A contact that the audience does not want
    may be on the list when it gets no campaign and is in no segment of ours.
    """
    with shop.database.session() as session:
        session.execute("create temp table wanted as " + WANTED.format(audience=AUDIENCE))
        session.execute(SHOWN)
        session.execute("create temp table apart (email_address varchar)")
        session.put("shown", [_shown(member) for member in shop.members().values()])
        session.put("apart", [(address,) for address in apart_from or ()])
        return session.rows(EXCEPT)


def _shown(member: dict[str, Any]) -> tuple[Any, ...]:
    fields = member["merge_fields"]
    tags = ("FNAME", "LNAME", "CITY", "STATE", "POSTCODE", "COUNTRY")
    return (
        member["email_address"].lower(),
        *(fields.get(tag, "") for tag in tags),
        fields.get("NUMBER") or None,
        member["status"],
        "People" in member["tags"],
    )


def least_writes(shop: Shop, apart_from: set[str]) -> int:
    """The fewest calls that can carry the delta: 500 contacts each, one kind of call after another.

    Contacts of `apart_from` cannot be written. Withdrawals and leaves cannot share a call with
    upserts, which must not skip the checks of required fields; a segment call takes 500 to add and
    500 to remove.
    """
    counts: Counter[str] = Counter(
        row["action"]
        for row in shop.query(
            "select action, email_address from people__delta where outcome is null"
        )
        if row["email_address"] not in apart_from
    )
    memberships = max(_calls(counts["segment_add"]), _calls(counts["segment_remove"]))
    kinds = ("upsert", "withdraw", "unsubscribe")
    return sum(_calls(counts[kind]) for kind in kinds) + memberships


def _calls(people: int) -> int:
    return -(-people // 500)
