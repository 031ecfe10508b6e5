"""Rows for every table that statements read: few people, so that rows meet, and ugly texts."""

import json
from datetime import datetime, timedelta
from random import Random
from typing import Any

from loader.warehouse.contract import shared_tables
from loader.warehouse.rules.drift import DRIFT_TYPES

Row = dict[str, Any]
Columns = dict[str, str]

HALF = 0.5
ROWS = 60
FEWER = {  # so that some people are not in them
    "loader_wanted": 12,
    "loader_wanted__now": 16,
    "readers__history": 20,
    "loader_plans": 1,
    "loader_drift": 40,
    "mailchimp_members": 40,
}
PAGE = 8
NOW = datetime(2026, 6, 30)  # noqa: DTZ001 - as the warehouse keeps times
PEOPLE = (
    *("ada@example.com", "bob@shop.de", "old@shop.de", "new@shop.de", "o'neil@shop.de"),
    *("çelik@übung.de", "a+b%c_d@shop.de", '"quoted"@shop.de', "(none) row 7", "root@example.org"),
    *(f"p{number}@shop.de" for number in range(10)),
)
UGLY = (
    *("", " ", "x", "it's", 'say "x"', "back\\slash", "100%", "a_b", "$1", "{{ x }}", "--"),
    *("ß", "É", "日本", "😀", "e\u0301", "tab\there", "line\nbreak", "\u00a0", "null", "true"),
    *(
        "1",
        "1.0",
        " 1",
        "01",
        "+1",
        "1e2",
        "1e999",
        "-0",
        "nan",
        "inf",
        ".5",
        "1.",
        "1_0",
        "\u0661",
    ),
    *("mail ada@example.com, or bob%40shop.de!", "<Old@Shop.de>;x=ada@example.com?"),
)
NAMES = ("PLAN", "a/b", "a.b", "$x", "~0", 'q"x', "it's", "interest News", "interest ~/😀", "x")
PERMISSIONS = ("E/mail", 'Direct "mail"', "it's 📱", "a.b")
SEGMENTS = ("Readers", "readers", "VIP", "vip", "it's", "ÉTÉ", "été", "日本")
DOMAINS: dict[str, tuple[object, ...]] = {
    "audience": ("readers", "readers", "readers", "friends", "guests", "subscribers"),
    "list_id": ("f00dcafe01", "f00dcafe01", "f00dcafe01", "0ther"),
    "kind": ("contact", "contact", "segment", "tag", "permissions", "permissions", "given_up"),
    "email_address": PEOPLE,
    "previous_email": (None, None, None, *PEOPLE),
    "pending_email": (None, None, *PEOPLE),
    "person_id": (None, "1", "2", "ID 3", "id 3"),
    "actual": (None, *PEOPLE),
    "run_id": ("b4d40bfc", "b4d40bfc", "before"),
    "action": (
        *("upsert", "upsert", "withdraw", "unsubscribe", "archive", "change_address", "revive"),
        *("change_address", "change_address", "permissions", "permissions"),
        *("segment_add", "segment_remove", "tag_add", "tag_remove", "permissions", None),
    ),
    "outcome": (None, None, "accepted", "held", "rejected", "invalid", "unknown"),
    "reason_code": (
        None,
        None,
        "in_flight",
        "isolated_failure",
        "archived",
        "not_on_list",
        "exists",
    ),
    "status": (
        *("subscribed", "subscribed", "unsubscribed", "cleaned", "pending", "archived"),
        "transactional",
    ),
    "drift_type": ("email_changed", "email_changed", *(one.code for one in DRIFT_TYPES)),
    "resend_reason": (None, "drift", "recreated", "historical_refresh"),
    "claim_state": (None, "first_claim", "reclaim"),
    "campaign_id": ("c0ffee", "c0ffee", "decade"),
    "event": ("sent", "opened", "clicked", "unsubscribed", "complained"),
    "type": ("static", "static", "text", "number"),
    "name": (*SEGMENTS, *SEGMENTS, *NAMES),
    "segment": SEGMENTS,
    "remote_id": ("1", "2", None),
    "command": ("sync", "sync", "pull", "verify"),
    "payload_hash": ("h1", "h1", "h2", None),
    "confirmed_hash": ("h1", "h1", "h2", None),
    "last_hash": ("h1", "h2", None),
    "details_read_by": ("pull", "verify", None),
    "tag": NAMES,
    "account": ("default", "other"),
    "invalid_reason": (None, None, "too long", "it's"),
    "plan_id": ("0b1c", "another"),
    "attempts": (0, 1, 2, 3, 4, None),
    "exit_code": (0, 1, 2, 3, 4, 5, None),
    "segment_id": (1, 2, 3, 4, 5, 6, None),
    "turn": (1, 2),
    "latitude": (None, 52.5, 13.4, -0.25),
    "longitude": (None, 52.5, 13.4, -0.25),
    "finished_at": (None, NOW - timedelta(hours=1), NOW + timedelta(seconds=1.5)),
    "healed_at": (None, None, NOW),
    "dbt_valid_to": (None, None, NOW, NOW + timedelta(days=1)),
    "resumed_at": (None, None, NOW),
}
ALIKE = {
    "last_action": "action",
    "last_outcome": "outcome",
    "last_reason_code": "reason_code",
    "event_type": "event",
}
PLACES = {
    **dict.fromkeys(("segment_add", "segment_remove"), "segment"),
    **dict.fromkeys(("tag_add", "tag_remove"), "tag"),
    "permissions": "permissions",
}
OF_THE_RUN = {"run_id": "b4d40bfc", "list_id": "f00dcafe01", "audience": "readers"}
PYTHON = {
    "varchar": str,
    "bigint": int,
    "boolean": bool,
    "timestamp": datetime,
    "double precision": float,
}
TIMES = (
    None,
    *(NOW + timedelta(days=days) for days in (-9, -7, -3, -1, 0, 1)),
    datetime(2026, 6, 29, 23, 59, 59, 999999),  # noqa: DTZ001
    datetime(1970, 1, 1),  # noqa: DTZ001
    datetime(9999, 12, 31, 23, 59, 59),  # noqa: DTZ001
)
# times that every row has
ALWAYS = {"started_at", "acked_at", "occurred_at", "found_at", "dbt_valid_from"}
NUMBERS = (None, 0, 1, 2, 7, 2**40)
# what no two rows of a table have in common, as the package and Mailchimp keep it
KEYS: dict[str, tuple[str, ...]] = {
    "loader_ledger": ("list_id", "audience", "kind", "segment", "email_address"),
    "loader_acks": ("run_id", "list_id", "audience", "segment", "email_address"),
    "loader_runs": ("run_id", "list_id", "audience"),
    "loader_wanted": ("list_id", "audience", "email_address"),
    "loader_wanted__now": ("list_id", "audience", "email_address"),
    "loader_audiences": ("audience",),
    "loader_plans": ("plan_id",),
    "loader_drift": ("list_id", "audience", "kind", "segment", "email_address", "drift_type"),
    "mailchimp_members": ("list_id", "email_address"),
    "mailchimp_lists": ("list_id",),
    "mailchimp_campaigns": ("campaign_id",),
    "mailchimp_segments": ("list_id", "segment_id"),
    "mailchimp_segment_members": ("list_id", "segment_id", "email_address"),
    "readers__delta": ("list_id", "audience", "kind", "segment", "email_address"),
    "readers__history": ("email_address", "dbt_valid_to"),
}


def drawn_rows(chance: Random, table: str, columns: Columns) -> list[Row]:
    """Rows of a table; those whose key another one has are left out."""
    rows: dict[tuple[object, ...], Row] = {}
    previous = set()
    is_page = "page" in columns or "position" in columns
    moved = chance.randrange(2) if is_page else 0  # whose address was changed in Mailchimp
    for number in range(PAGE if is_page else FEWER.get(table, ROWS)):
        row = {name: _value(chance, name, kind) for name, kind in columns.items()}
        row |= {name: number for name in ("page", "position") if name in columns}
        if "contact_id" in columns:  # which Mailchimp gives to one contact of a list
            row["contact_id"] = f"c{(PEOPLE.index(row['email_address']) + moved) % len(PEOPLE)}"
        if "dbt_scd_id" in columns:
            row["dbt_scd_id"] = str(number)
        _make_likely(chance, row)
        if row.get("previous_email") in previous:  # who has had one address before, and one now
            row["previous_email"] = None
        previous.add(row.get("previous_email"))
        key = KEYS.get(table, tuple(columns))
        rows.setdefault(tuple(row[name] for name in key), row)
    return list(rows.values())


def _make_likely(chance: Random, row: Row) -> None:
    """What belongs together: a kind of row, what is done with it, and where it is."""
    if "is_wanted" in row:
        _make_owed(chance, row)
    elif row.get("kind") == "tag" and "pending_email" in row and chance.random() < HALF:
        row |= {"action": "tag_remove", "outcome": "accepted", "reason_code": None}
        row["is_managed"] = False
    elif row.get("action") == "change_address" and "pending_email" in row:  # a claim of the ledger
        row |= {"kind": "contact", "outcome": "unknown", "reason_code": "in_flight"}
        row |= OF_THE_RUN | {"pending_email": chance.choice(PEOPLE)}
    elif row.get("action") == "change_address" and "outcome" in row:  # and its answer
        row |= OF_THE_RUN | {"outcome": row["outcome"] or "accepted"}
    if "segment" in row and ("kind" in row or "action" in row):
        kind = row["kind"] if "kind" in row else PLACES.get(row["action"] or "")
        is_place = kind in ("segment", "tag")
        row["segment"] = chance.choice(SEGMENTS) if is_place else ""
    for name, days in {"last_changed": 9, "details_read_at": 1}.items():
        if name in row and chance.random() < HALF:
            row[name] = NOW - timedelta(days=days)


def _make_owed(chance: Random, row: Row) -> None:
    """A row of a delta: most can be sent, and of some the same was answered before."""
    row["action"] = row["action"] or "upsert"
    row["kind"] = PLACES.get(row["action"], "contact")
    if row["kind"] == "segment":
        row["payload"] = row["segment"]
    if chance.random() < 0.3:
        row |= {"last_action": row["action"], "last_hash": row["payload_hash"]}
    if chance.random() < 0.7:
        row["outcome"] = None


def _value(chance: Random, name: str, kind: str) -> object:  # noqa: PLR0911 - a case a kind
    if name in ("payload", "merge_fields", "interests") and kind == "varchar":
        return _document(chance, name)
    if name in ("marketing_permissions", "confirmed_permissions") and kind == "varchar":
        return _permissions(chance)
    if name == "tags" and kind == "varchar":
        return chance.choice([None, json.dumps(chance.sample((*SEGMENTS, *UGLY), 2))])
    known = DOMAINS.get(ALIKE.get(name, name))
    if known is not None and isinstance(known[-1] or known[0], PYTHON[kind]):
        return chance.choice(known)
    if kind == "boolean":
        return chance.choice([True, True, False, None])
    if kind == "timestamp":
        return chance.choice(TIMES[1:] if name in ALWAYS else TIMES)
    if kind == "bigint":
        return chance.choice(NUMBERS)
    return chance.choice([None, *UGLY])


def _document(chance: Random, name: str) -> str | None:
    """What a payload has, or what Mailchimp shows of a contact, written as the loader does."""
    if name == "merge_fields":
        return _written(_fields(chance))
    if name == "interests":
        return _written({one: chance.random() < HALF for one in chance.sample(NAMES, 3)})
    document = {
        "email_address": chance.choice(PEOPLE),
        "merge_fields": _fields(chance),
        "interests": {one: chance.random() < HALF for one in chance.sample(NAMES, 3)},
        "language": chance.choice(["de", "DE", "", " de"]),
        "vip": chance.random() < HALF,
        "location": {"latitude": chance.choice([52.5, 13.4]), "longitude": "13.40001"},
    }
    names = chance.sample(list(document), chance.randrange(len(document) + 1))
    return _written({key: value for key, value in document.items() if key in names})


def _fields(chance: Random) -> dict[str, object]:
    address = {"addr1": chance.choice(UGLY), "city": "B", "country": chance.choice(["DE", "de"])}
    found = {one: chance.choice([*UGLY, 3, 7.25, None]) for one in chance.sample(NAMES, 5)}
    return {**found, "HOME": chance.choice(["", address])}


def _permissions(chance: Random) -> str | None:
    told = {name: chance.random() < HALF for name in chance.sample(PERMISSIONS, 3)}
    return chance.choice([None, _written(told), _written(told)])


def _written(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def columns_of_tables() -> dict[str, Columns]:
    """The shared tables, and the types of their columns."""
    names = {
        "string": "varchar",
        "int64": "bigint",
        "bool": "boolean",
        "double": "double precision",
    }
    return {
        table: {one.name: names.get(str(one.type), "timestamp") for one in schema}
        for table, schema in shared_tables().items()
    }
