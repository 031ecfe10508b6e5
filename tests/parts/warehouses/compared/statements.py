"""Statements with what they are given where two warehouses are compared, some of it drawn."""

from random import Random

from cases.statement_values import values_of
from loader.mailchimp.values.value_rules import field_rules
from loader.model.list_schema import ComparedField, ListField
from loader.warehouse.sql_templates import Statement, relation, statement
from warehouses.compared.rows import NAMES, NOW, PEOPLE, SEGMENTS, UGLY

FIELDS = {
    "PLAN": ListField(type="url"),
    "a/b": ListField(type="phone", format="US"),
    "a.b": ListField(type="birthday"),
    "$x": ListField(type="zip", is_required=True),
    "it's": ListField(type="dropdown", choices=("it's", "x")),
    "HOME": ListField(type="address"),
}
SWITCHES = (
    *("is_sent", "is_membership", "keeps_contacts", "keeps_tags", "is_managed"),
    *("recreate", "is_manual_change", "retry_rejected", "is_count", "is_current"),
)
CHOICES: dict[str, tuple[object, ...]] = {
    **dict.fromkeys(SWITCHES, (True, False)),
    "contacts": ("upsert", "create", "update", "none"),
    "drift_type": ("email_changed", "missing_contact"),
    "given": PEOPLE,
    "is_id": (True, False, False),
    "is_left": (True, False, False),
    "kind": ("contact", "segment", "tag", "permissions"),
    "maintained_status": ("subscribed", "pending"),
    "message": (None, *UGLY),
    "name": ("loader_runs", "it's"),
    "old_segment": (None, "Readers"),
    "on_leave": ("keep", "unsubscribe", "archive"),
    "route": ("upsert", "create", "withdraw", "unsubscribe", "segment_add", "permissions"),
    "segment": SEGMENTS,
    "since": (None, NOW),
    "turn": (1, 1, 1, 2),
}
EVERYTHING = 1000  # which of several alike come first is nobody's business
FRESH = relation("main", "loader_read_fresh")


def drawn_statement(chance: Random, name: str) -> Statement:
    """A statement with values."""
    drawn = {one: chance.choice(choices) for one, choices in CHOICES.items()}
    values: dict[str, object] = {
        **values_of(name),
        **drawn,
        "fields": field_rules(FIELDS, []),
        "limit": EVERYTHING,
        "lines": [(number, chance.choice(PEOPLE)) for number in (1, 2, 3)],
        "most": EVERYTHING,
        "other_members": relation("main", "loader_read_mailchimp_members"),
        "other_wanted": relation("main", "loader_wanted__now"),
        "people": chance.sample(PEOPLE, 2),
        "values": list(_compared()),
    }
    if name == "plan/staying":  # of an audience that gives up all of its contacts
        values["history"] = chance.choice([None, values["history"]])
    if name in ("members/stage", "pull/stage"):  # the others are there already
        values["pages"] = FRESH
    return statement(name, **values)


def _compared() -> list[ComparedField]:
    """Values of every kind, under names with every sign."""
    ways = [
        *((kind, ("merge_fields", name)) for name in NAMES for kind in ("text", "number", "code")),
        *(("switch", ("interests", name)) for name in NAMES),
        *[("address", ("merge_fields", "HOME")), ("code", ("language",)), ("switch", ("vip",))],
        *(("degree", ("location", name)) for name in ("latitude", "longitude")),
    ]
    return [
        *(
            ComparedField(name=f"{kind} {path}", kind=kind, path=path, shown=_shown(path))
            for kind, path in ways
        ),
        ComparedField(name="new", kind="text", path=("merge_fields", "PLAN"), shown=None),
    ]


def _shown(path: tuple[str, ...]) -> tuple[str, ...]:
    return path[1:] if path[0] == "location" else path
