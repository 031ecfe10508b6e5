import random
from typing import Any

import duckdb

from shop import Shop

STEPS = 5
PEOPLE = 60
VALUES: dict[str, list[Any]] = {  # what somebody may have in each column but the address
    "name": ["Ada", None],
    "person": ["one", "other", None],
    "consent": [True, True, True, False, None],
    "tags": [["VIP", "Berlin"], ["Berlin", "VIP", " "], ["VIP"], [], None],
    "mail": [True, False, None],
}
AUDIENCE = """
    select email as email_address, name, person as person_id, consent as marketing_consent, tags,
        {'Email': mail} as marketing_permissions
    from raw_people
"""
# what the audience is at this moment, without its history
CONTACTS = f"""
{{{{ config(materialized='view') }}}}
{{% set sql %}} {AUDIENCE} {{% endset %}}
{{% if execute %}}
    {{% set columns = dbt_mailchimp.audience_columns(
        dbt_mailchimp.columns_of_query(sql)
    ) %}}
    {{% set mappings = [dbt_mailchimp.mapping_defaults()] %}}
    {{% set rows = dbt_mailchimp.audience_rows(sql, columns, mappings) %}}
    {{{{ dbt_mailchimp.audience_contacts("(" ~ rows ~ ")", columns, mappings) }}}}
{{% endif %}}
"""
CHECKED = [
    "person_id",
    "payload_hash",
    "tags",
    "marketing_permissions",
    "marketing_consent",
    "invalid_reason",
    "dropped_rows",
]
SNAPSHOT = """
snapshots:
  - name: native
    relation: ref('contacts')
    config:
      unique_key: email_address
      strategy: check
      check_cols: CHECKED
      hard_deletes: invalidate
"""
# times as the number of the change that they stand for
ROWS = """
    with times as (
        select time, row_number() over (order by time) as number
        from (select dbt_valid_from as time from {table} union select dbt_valid_to from {table})
        where time is not null
    )
    select columns(contacts.* exclude (dbt_scd_id, dbt_updated_at, dbt_valid_from, dbt_valid_to)),
        updated.number as updated, begin.number as begin, finish.number as finish
    from {table} as contacts
    left join times as updated on updated.time = dbt_updated_at
    left join times as begin on begin.time = dbt_valid_from
    left join times as finish on finish.time = dbt_valid_to
    order by all
"""


def person(chance: random.Random, number: int) -> list[list[Any]]:
    """How somebody stands in the source at some moment: not at all, in one row, or in two."""
    at = chance.choice(["@example.com", "@example.com", "@example.com", "@nowhere"])
    row = [f"person{number}{at}", *(chance.choice(values) for values in VALUES.values())]
    return [row] * chance.choice([0, 1, 1, 1, 1, 2])


def change(shop: Shop, chance: random.Random, people: int, *ways: str) -> None:
    """Let something happen to so many people, and dbt see it."""
    with duckdb.connect(str(shop.folder / "shop.duckdb")) as connection:
        for number in chance.sample(range(PEOPLE), people):
            meddle(connection, chance, number, chance.choice(ways))
    shop.dbt("build")


def meddle(
    connection: duckdb.DuckDBPyConnection, chance: random.Random, number: int, way: str
) -> None:
    """Make one person somebody else, change one value of theirs, or repeat their rows."""
    theirs = f"email like 'person{number}@%'"
    if way == "value":
        column = chance.choice(list(VALUES))
        value = chance.choice(VALUES[column])
        connection.execute(f"update raw_people set {column} = ? where {theirs}", [value])
    elif way == "again":
        connection.execute(f"insert into raw_people from raw_people where {theirs}")
    else:
        connection.execute(f"delete from raw_people where {theirs}")
        for row in person(chance, number):
            connection.execute("insert into raw_people values (?, ?, ?, ?, ?, ?)", row)


def test_a_history_is_what_a_snapshot_of_dbt_would_have_made(shop: Shop) -> None:
    chance = random.Random(PEOPLE)  # noqa: S311 - the same people every time
    shop.audience("people", AUDIENCE)
    (shop.folder / "models" / "contacts.sql").write_text(CONTACTS)
    (shop.folder / "models" / "native.yml").write_text(SNAPSHOT.replace("CHECKED", str(CHECKED)))
    shop.sql(
        "create table raw_people (email varchar, name varchar, person varchar, consent boolean,"
        " tags varchar[], mail boolean)"
    )
    change(shop, chance, PEOPLE, "anew")
    for _ in range(STEPS - 1):
        change(shop, chance, PEOPLE // 2, "anew", "value", "again")
    assert shop.query("describe people__history") == shop.query("describe native")
    rows = shop.query(ROWS.format(table="people__history"))
    assert rows == shop.query(ROWS.format(table="native"))
    assert max(row["begin"] for row in rows) == STEPS
