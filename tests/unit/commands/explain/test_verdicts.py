"""What is said of a person on a list, and what would change it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from fakes import audience
from loader.commands.explain.assembly import selection_of
from loader.commands.explain.known import DEEDS, Known
from loader.commands.explain.verdicts import VERDICTS, verdict_of
from loader.model.audience import Pause
from loader.model.batch import Operation
from loader.model.reasons import REASONS
from loader.warehouse.rules.rule import LEFT_OUT

UPSERT = {"action": "upsert", "route": "upsert", "outcome": None}
LEDGER = {
    "is_managed": True,
    "pre_existing": False,
    "confirmed_hash": "hash 1",
    "action": "upsert",
    "outcome": "accepted",
}
LET_GO = LEDGER | {"confirmed_hash": None, "is_managed": False, "action": "archive"}
START = datetime(2026, 11, 22)  # noqa: DTZ001 - UTC without a zone, as in the warehouse
BY_PERSON = Pause(audience="newsletter", list_id=None, reason="the CRM moves", paused_at=START)
# of each verdict: what is known of Ann, and words that are said of her
CASES: Mapping[str, tuple[dict[str, Any], str]] = {
    "not_built": (
        {"audience": audience(history=""), "stopped": "dbt has not built it yet; run dbt"},
        "dbt has not built it yet",
    ),
    "invalid": (
        {"owed": UPSERT | {"outcome": "invalid", "reason_code": "malformed_address"}},
        "malformed address",
    ),
    "held": (
        {"owed": UPSERT | {"outcome": "held", "reason_code": "no_consent"}, "stopped": "it is off"},
        "no consent",
    ),
    "paused": (
        {
            "owed": UPSERT,
            "audience": audience(pause=BY_PERSON),
            "stopped": str(BY_PERSON),
        },
        "the CRM moves",
    ),
    "not_sent": ({"owed": UPSERT, "stopped": "it is off"}, "it is off"),
    "rejected": (
        {"owed": UPSERT | {"outcome": "rejected", "reason_code": "refused", "message": "Fake."}},
        "Fake.",
    ),
    "settled": (
        {"owed": UPSERT | {"outcome": "accepted", "reason_code": "already_gone"}},
        "not on the list",
    ),
    "waits": (
        {"kind": "segment", "owed": UPSERT | {"outcome": LEFT_OUT}},
        "the contact, which is not sent",
    ),
    "to_send": ({"owed": UPSERT, "ledger": LEDGER}, "the next sync sends the contact"),
    "changes_address": (
        {"is_selected": False, "ledger": LEDGER, "moves_to": "new@shop.de"},
        "new@shop.de",
    ),
    "released": ({"is_selected": False, "is_released": True}, "loader retire --on-leave keep"),
    "left_behind": ({"audience": None, "ledger": LEDGER}, "does not name this list"),
    "missing": ({"ledger": LEDGER, "status": None}, "did not show the contact"),
    "changed_in_mailchimp": ({"ledger": LEDGER, "status": "cleaned"}, "as cleaned"),
    "in_step": ({"ledger": LEDGER}, "subscribed"),
    "not_ours": (
        {"is_selected": False, "ledger": LEDGER | {"pre_existing": True}},
        "on the list before",
    ),
    "kept_by_others": (
        {"is_selected": False, "ledger": LEDGER, "kept_by": ("vips", "buyers")},
        "vips, buyers",
    ),
    "kept": (
        {"is_selected": False, "ledger": LEDGER, "audience": audience(on_leave="keep")},
        "on_leave: keep",
    ),
    "stays": (
        {"is_selected": False, "ledger": LEDGER, "audience": audience(on_leave="archive")},
        "nothing is owed",
    ),
    "left": ({"is_selected": False, "ledger": LET_GO}, "archived"),
    "not_selected_any_more": ({"is_selected": False}, "nothing of it was sent"),
    "not_selected": ({"is_selected": None}, "Not selected"),
    "nothing_owed": ({}, "Nothing is owed"),
}


def known(**changes: Any) -> Known:  # noqa: ANN401 - whatever the field holds
    """Ann, whom an audience selects, and who is subscribed on its list."""
    usual: dict[str, Any] = {
        "audience": audience(),
        "stopped": None,
        "kind": "contact",
        "is_selected": True,
        "owed": None,
        "ledger": None,
        "status": "subscribed",
        "is_read": True,
        "kept_by": (),
        "is_released": False,
        "moves_to": None,
    }
    return Known(**usual | changes)


def test_every_verdict_has_a_case() -> None:
    assert list(CASES) == list(dict.fromkeys(one.code for one in VERDICTS))


@pytest.mark.parametrize("code", CASES)
def test_a_verdict_says_what_it_is_about(code: str) -> None:
    facts, words = CASES[code]
    found = verdict_of(known(**facts))
    assert found.code == code
    assert words in found.says
    assert found.changed_by


def test_every_reason_says_what_would_change_it() -> None:
    assert [(one.outcome, one.code) for one in REASONS if not one.mends] == []


@pytest.mark.parametrize("reason", [one for one in REASONS if one.outcome != "unknown"], ids=str)
def test_what_would_change_a_verdict_is_what_the_list_of_reasons_says(reason: Any) -> None:  # noqa: ANN401 - of the list
    owed = UPSERT | {"outcome": reason.outcome, "reason_code": reason.code}
    assert verdict_of(known(owed=owed)).changed_by == reason.mends


def test_every_operation_has_its_words() -> None:
    assert set(DEEDS) == set(Operation)


@pytest.mark.parametrize("status", ["unsubscribed", "cleaned", "pending", "archived"])
def test_somebody_confirmed_who_is_in_another_status_by_now_is_told_with_it(status: str) -> None:
    (mends,) = [one.mends for one in REASONS if (one.outcome, one.code) == ("held", status)]
    found = verdict_of(known(ledger=LEDGER, status=status))
    assert (found.code, found.changed_by) == ("changed_in_mailchimp", mends)


def test_a_status_that_the_audience_asks_for_is_in_step() -> None:
    keeps = audience(status_if_new="transactional")
    assert (
        verdict_of(known(audience=keeps, ledger=LEDGER, status="transactional")).code == "in_step"
    )


def test_a_list_that_was_never_read_misses_nobody() -> None:
    found = verdict_of(known(ledger=LEDGER, status=None, is_read=False))
    assert (found.code, "not read yet" in found.says) == ("in_step", True)


def version(
    first: int, last: int | None, *, consent: bool = True, **more: object
) -> dict[str, Any]:
    """What an audience selected from one day to another."""
    return {
        "person_id": None,
        "payload": '{"email_address":"ann@shop.de"}',
        "tags": None,
        "marketing_permissions": None,
        "marketing_consent": consent,
        "invalid_reason": None,
        "dropped_rows": 0,
        "dbt_valid_from": day(first),
        "dbt_valid_to": None if last is None else day(last),
        **more,
    }


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def test_somebody_is_selected_since_the_last_break() -> None:
    found = selection_of([version(0, 1), version(3, 5), version(5, 7), version(7, None)])
    assert found is not None
    assert (found.since, found.until) == (day(3), None)


def test_consent_has_a_since_of_its_own() -> None:
    found = selection_of(
        [version(0, 2), version(2, 4, consent=False), version(4, 6), version(6, None)]
    )
    assert found is not None
    assert (found.since, found.consent, found.consent_since) == (day(0), True, day(4))


def test_somebody_who_left_was_selected_until_then() -> None:
    found = selection_of([version(0, 2), version(2, 4)])
    assert found is not None
    assert (found.since, found.until) == (day(0), day(4))


def test_somebody_who_was_never_selected_has_no_selection() -> None:
    assert selection_of([]) is None


def test_a_payload_that_is_no_json_stays_a_text() -> None:
    found = selection_of([version(0, None, payload="{no json")])
    assert found is not None
    assert found.wanted == "{no json"
