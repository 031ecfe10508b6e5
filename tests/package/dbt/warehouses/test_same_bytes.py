"""What an audience keeps of a contact is the same bytes on DuckDB and on PostgreSQL.

Else everybody would be sent once more when a warehouse moves.
"""

from typing import Any

import pytest

from dbt_process import DbtProcess
from draws import seeds
from tests.package.dbt.warehouses.two_warehouses import Row, TwoWarehouses
from tests.package.dbt.warehouses.ugly_values import (
    COLUMNS,
    CONTROL,
    PLACES,
    SPACE,
    TAGS,
    drawn,
    names,
    numbered,
    place,
    rows,
    text,
)
from warehouses.postgres_server import PostgresServer

KEPT = (
    "email_address, person_id, payload, payload_hash, tags, marketing_permissions,"
    " marketing_consent, invalid_reason, dropped_rows"
)


def create_types(shops: TwoWarehouses) -> None:
    """The structs of the values below."""
    shops.execute(
        "create type place as struct(latitude double, longitude double)",
        "create type place as (latitude double precision, longitude double precision)",
    )
    switches = '"it\'s ""x""" boolean, "Ä" boolean'
    shops.execute(f"create type likes as struct({switches})", f"create type likes as ({switches})")
    shops.execute(
        "create type home as struct(addr1 varchar, city varchar, state varchar, zip integer)",
        "create type home as (addr1 varchar, city varchar, state varchar, zip integer)",
    )


@pytest.fixture(scope="module")
def shops(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, server: PostgresServer
) -> TwoWarehouses:
    """Everything that is compared, built by one dbt run on each."""
    shops = TwoWarehouses(tmp_path_factory.mktemp("two"), dbt, server)
    create_types(shops)
    every = rows(COLUMNS, numbered(24))
    as_text = {name: {"type": "text"} for name in ("doubles", "floats", "decimals", "bigints")}
    shops.model("everything", every)
    shops.model("cleared", every, mailchimp={"nulls": "clear"})
    shops.model("as_texts", every, mailchimp={"fields": as_text, "list_id": "f00dcafe02"})
    structs = {
        "location": [place(one) for one in PLACES],
        "tags": [names(one) for one in TAGS],
        "interests": ["cast(row(true, false) as likes)", "cast(row(null, true) as likes)"],
        "marketing_permissions": ["cast(row(true, null) as likes)"],
        "home": [
            "cast(row('1 \"Main\" St', ' Bern ', 'BE', 3000) as home)",
            "cast(row('', 'Bern', 'BE', 1) as home)",
        ],
    }
    shops.model("structs", rows(structs, numbered(9)))
    around = [text(f"{one}{one}U{ord(one):x}@Example.com{one}") for one in SPACE]
    within = [text(f"in{one}side@example.com") for one in SPACE + CONTROL]
    empty = [text(one) for one in (None, "", SPACE, "nobody", "ÄRGER@BÜCHER.example", "İ@x.de")]
    shops.model("addresses", rows({"person_id": around}, [*around, *within, *empty]))
    shops.model(
        "twice",
        rows({"name": [text(one) for one in ("b", "B", "a", "é", "Z", "ab")]}, ["'x@x.de'"] * 6),
    )
    for number, seed in enumerate(seeds()):
        chance = drawn(seed)
        shops.model(f"drawn_{number}", rows(chance, chance.pop("addresses")))
    for ended in shops.run("run"):
        assert ended.exit_code == 0, ended.output
    return shops


AUDIENCES = (
    "everything", "cleared", "as_texts", "structs", "addresses", "twice", "drawn_0", "drawn_1",
)  # fmt: skip


def differences(shops: TwoWarehouses, sql: str) -> list[tuple[Any, Any, Any]]:
    """The values that differ, with where they stand."""
    first, second = shops.rows(sql)
    assert len(first) == len(second) > 0
    found = []
    for one, other in zip(sorted(first, key=key), sorted(second, key=key), strict=True):
        assert one.keys() == other.keys()
        found += [(name, one[name], other[name]) for name in one if one[name] != other[name]]
    return found


def key(row: Row) -> str:
    return "".join(str(row[name]) for name in ("kind", "segment", "email_address") if name in row)


@pytest.mark.parametrize("name", AUDIENCES)
def test_what_is_kept_of_a_contact_is_the_same(shops: TwoWarehouses, name: str) -> None:
    query = f"select {KEPT} from main.{name}__history where dbt_valid_to is null"
    assert differences(shops, query) == []


@pytest.mark.parametrize("name", AUDIENCES)
def test_what_a_list_is_owed_is_the_same(shops: TwoWarehouses, name: str) -> None:
    assert differences(shops, f"select * from main.{name}__delta") == []
