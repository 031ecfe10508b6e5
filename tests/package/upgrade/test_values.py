"""What may stand in a column of codes is written down once, and dbt can hold the tables to it."""

from pathlib import Path

import yaml

from loader.model.batch import Operation, Outcome
from loader.model.reasons import DRIFT_TYPES, REASONS
from loader.model.trouble import TroubleKind, TroubleStatus
from shop import Shop

SOURCES = Path(__file__).parents[3] / "dbt_project/models/sources/_sources.yml"
CHECK = ("test", "--select", "source:*", "--vars", "{mailchimp_value_tests: true}")
PEOPLE = """
    select name || '@values.shop.de' as email_address, consent as marketing_consent,
    array['Vip'] as tags
    from (values ('ada', true), ('bob', false), ('no address', true)) as people (name, consent)
"""


def allowed() -> dict[tuple[str, str], list[str]]:
    """The values that each column of codes may have, by table and column."""
    (source,) = yaml.safe_load(SOURCES.read_text())["sources"]
    return {
        (table["name"], column["name"]): test["accepted_values"]["arguments"]["values"]
        for table in source["tables"]
        for column in table["columns"]
        for test in column.get("data_tests", ())
    }


def test_the_values_are_those_of_the_program() -> None:
    found = allowed()
    codes = list(dict.fromkeys(one.code for one in REASONS))
    actions = {one.action for one in Operation}
    for table in ("loader_ledger", "loader_acks"):
        assert found[table, "reason_code"] == codes
        assert found[table, "outcome"] == [one.value for one in Outcome]
        assert set(found[table, "action"]) == actions
    assert found["loader_drift", "drift_type"] == list(DRIFT_TYPES)
    assert found["loader_notices", "kind"] == list(TroubleKind)
    assert found["loader_notices", "status"] == list(TroubleStatus)


def test_dbt_finds_a_value_that_there_is_not_and_no_other(shop: Shop) -> None:
    shop.audience("readers", PEOPLE, segment="Readers")
    shop.dbt("run")
    assert "Nothing to do" in shop.dbt("test", "--select", "source:*")
    shop.sync("--allow-first-sync")
    printed = shop.dbt(*CHECK)
    assert f"PASS={len(allowed()) + 2} " in printed  # and the hooks when it begins and ends
    assert "deprecat" not in printed.lower()
    shop.sql("update loader_ledger set reason_code = 'no consent' where outcome = 'held'")
    ended = shop.try_dbt(*CHECK)
    assert ended.exit_code
    assert "ERROR=1" in ended.output
