"""The compiled SQL is what dbt does, and the laws hold with dbt itself."""

from typing import Any

from laws.compiled_dbt import Project
from laws.examples import hold
from laws.settings import ALONE
from warehouses.database import Row

SETTINGS = (ALONE[3],)
(FEED,) = SETTINGS[0].feeds
COLUMNS = "email_address, payload, payload_hash, marketing_consent, invalid_reason, dropped_rows"
DAYS: list[list[Row]] = [
    [(FEED.name, " ANN@people.example.com ", "A", True), (FEED.name, "bob@x.com", "B", True)],
    [(FEED.name, "ann@people.example.com", "A", False), (FEED.name, "no address", None, True)],
    [(FEED.name, "bob@x.com", "B", None), (FEED.name, "bob@x.com", "C", True)],
    [(FEED.name, "ann@people.example.com", "A", True)],
]


def test_a_replayed_build_keeps_the_history_that_dbt_keeps(project: Project) -> None:
    histories = []
    for build in (project.replay, project.build):
        project.begin()
        for rows in DAYS:
            build(rows, SETTINGS[0].feeds)
        histories.append(history(project))
    assert histories[0] == histories[1]
    assert len(histories[0]) == 6


def test_an_audience_and_its_list_end_in_step_with_dbt_itself(project: Project) -> None:
    hold(project, SETTINGS[0], project.build, examples=1, rules=3)


def history(project: Project) -> list[Any]:
    """Every period of everybody, in their order, and whether it goes on."""
    found = project.query(
        f"select {COLUMNS}, dense_rank() over (order by dbt_valid_from), dbt_valid_to is null,"
        " (select count(distinct dbt_valid_from) from history where dbt_valid_from"
        f" <= outermost.dbt_valid_to) from history as outermost".replace(
            "from history", f"from {FEED.name}__history"
        )
    )
    return sorted(found, key=repr)
