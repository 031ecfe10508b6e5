import random
from typing import Any

import duckdb

from shop import Shop

STEPS = 5
PEOPLE = 60
AUDIENCE = """
    select email as email_address, name, person as person_id, consent as marketing_consent
    from raw_people
"""
# what the audience is at this moment, without its history
CONTACTS = f"""
{{{{ config(materialized='view') }}}}
{{% set sql %}} {AUDIENCE} {{% endset %}}
{{% if execute %}}
    {{% set columns = mailchimp_activation.audience_columns(get_column_schema_from_query(sql)) %}}
    {{% set mappings = [mailchimp_activation.mapping_defaults()] %}}
    {{{{ mailchimp_activation.audience_contacts(sql, columns, mappings) }}}}
{{% endif %}}
"""
SNAPSHOT = """
snapshots:
  - name: native
    relation: ref('contacts')
    config:
      unique_key: email_address
      strategy: check
      check_cols: [payload_hash, marketing_consent, invalid_reason, person_id]
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


def person(chance: random.Random, number: int) -> list[tuple[Any, ...]]:
    """How somebody stands in the source at some moment: not at all, in one row, or in two."""
    at = chance.choice(["@example.com", "@example.com", "@example.com", "@nowhere"])
    row = (
        f"person{number}{at}",
        chance.choice(["Ada", None]),
        chance.choice([str(number), None]),
        chance.choice([True, True, True, False, None]),
    )
    return [row] * chance.choice([0, 1, 1, 1, 1, 2])


def change(shop: Shop, chance: random.Random) -> None:
    """Make a third of the people somebody else, and let dbt see it."""
    with duckdb.connect(str(shop.folder / "shop.duckdb")) as connection:
        for number in chance.sample(range(PEOPLE), PEOPLE // 3):
            connection.execute(f"delete from raw_people where email like 'person{number}@%'")
            rows = person(chance, number)
            if rows:
                connection.executemany("insert into raw_people values (?, ?, ?, ?)", rows)
    shop.dbt("build")


def test_a_history_is_what_a_snapshot_of_dbt_would_have_made(shop: Shop) -> None:
    chance = random.Random(PEOPLE)  # noqa: S311 - the same people every time
    shop.audience("people", AUDIENCE)
    (shop.folder / "models" / "contacts.sql").write_text(CONTACTS)
    (shop.folder / "models" / "native.yml").write_text(SNAPSHOT)
    shop.sql(
        "create table raw_people (email varchar, name varchar, person varchar, consent boolean)"
    )
    for _ in range(STEPS):
        change(shop, chance)
    assert shop.query("describe people__history") == shop.query("describe native")
    rows = shop.query(ROWS.format(table="people__history"))
    assert rows == shop.query(ROWS.format(table="native"))
    assert max(row["begin"] for row in rows) == STEPS
