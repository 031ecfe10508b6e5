"""What another target knows stands in for what this one does, as far as it is needed."""

from datetime import datetime

from cases.in_memory import InMemory, Row, relation

NOW = datetime(2026, 11, 1)  # noqa: DTZ001 - as the warehouse keeps times
RUN: Row = {"list_id": "f00d", "audience": "readers"}


def test_only_what_a_killed_run_was_answered_is_copied(warehouse: InMemory) -> None:
    warehouse.make("other_runs", run_id="varchar", list_id="varchar", finished_at="timestamp")
    warehouse.given(
        "other_runs",
        {"run_id": "done", "list_id": "f00d", "finished_at": NOW},
        {"run_id": "killed", "list_id": "f00d"},
    )
    warehouse.rows("create temporary table other_acks as select * from loader_acks where 1 = 0")
    for run_id, list_id in (("done", "f00d"), ("killed", "f00d"), ("killed", "other")):
        warehouse.given("other_acks", {**RUN, "run_id": run_id, "list_id": list_id})
    others = {"other_acks": relation("other_acks"), "other_runs": relation("other_runs")}
    warehouse.run("dry_run/copy_unfinished", **others)
    assert warehouse.rows("select run_id, list_id from loader_acks") == [("killed", "f00d")]


def test_an_audience_that_is_gone_wants_whom_it_has_sent_and_no_other(warehouse: InMemory) -> None:
    warehouse.rows("create temporary table other_wanted as select * from loader_wanted where 1 = 0")
    for audience in ("gone", "not built", "built"):
        for person in ("sent", "owed"):
            row = {**RUN, "audience": audience, "email_address": person, "may_create": True}
            warehouse.given("other_wanted", row)
        sent = {**RUN, "audience": audience, "email_address": "sent", "is_managed": True}
        warehouse.given("loader_ledger", sent)
    warehouse.run(
        "dry_run/keep_wanted",
        other_wanted=relation("other_wanted"),
        gone=["gone"],
        not_built=["not built"],
    )
    assert warehouse.rows("select audience, email_address from loader_wanted order by 1, 2") == [
        ("gone", "sent"),
        ("not built", "owed"),
        ("not built", "sent"),
    ]
