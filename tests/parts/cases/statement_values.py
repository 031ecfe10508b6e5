"""What the statements of the loader are given where each of them is run once on what dbt made."""

from datetime import datetime

from cases.approved import PLANS
from cases.erasure_statements import of_people
from cases.ruled import MAKERS_OF_FACTS, RULED
from loader.mailchimp.values.value_rules import ADDRESSES
from loader.model.audience import Pause
from loader.model.list_schema import ComparedField, FieldRule, Filled
from loader.warehouse.engine.dialect import Relation
from loader.warehouse.sql_templates import relation

# somebody who is explained
ASKED = {
    "given": "ada@example.com",
    "is_id": False,
    "histories": [{"audience": "readers", "history": relation("main", "readers__history")}],
    "deltas": [relation("main", "readers__delta")],
    "people": ["ada@example.com"],
    "apart": Relation("loader_rows_of_person"),
    "kept_columns": Relation("list_id"),
    "table": relation("main", "loader_wanted"),
}
TOLD = {"status": "told", "affected": 0, "times": 1, "told_at": None}  # of a notice
VALUES: dict[str, object] = {
    "accepted": 1,
    **dict.fromkeys(["exit_code", "held", "invalid", "rejected", "unknown"], 0),
    **dict.fromkeys(["is_left", "is_membership", "keeps_contacts"], False),
    "account": "default",
    "audience": "readers",
    "audiences": relation("main", "loader_audiences"),
    "acks": relation("main", "loader_acks"),
    "campaign_id": "c0ffee",
    "campaigns": relation("main", "mailchimp_campaigns"),
    "events": relation("main", "mailchimp_events"),
    "a_day_ago": datetime(2026, 6, 29),  # noqa: DTZ001 - as the warehouse keeps times
    "a_week_ago": datetime(2026, 6, 23),  # noqa: DTZ001
    "columns": [Relation("audience"), Relation("email_address")],
    "conflicts": relation("main", "loader_conflicts"),
    "contacts": "upsert",
    "counts": "{}",
    "delta": relation("main", "readers__delta"),
    "drift": relation("main", "loader_drift"),
    "filled": relation("main", "loader_filled"),
    "forgotten": [Filled(kind="tag", name="vip", id="7")],
    "noted": [Filled(kind="merge field", name="PLAN", id="4", type="text")],
    "kinds": ["contact", "permissions"],
    "fields": [FieldRule(tag="ZIP", path=("ZIP",), is_required=True, pattern="x", choices=("y",))],
    "is_first": True,
    "history": relation("main", "readers__history"),
    "is_managed": True,
    "keeps_tags": True,
    "named_segments": ["readers"],
    "old_audience": "subscribers",
    "old_segment": "Readers",
    "tagging": [relation("main", "readers__history")],
    "maintained_status": "subscribed",
    "keeping": [{"audience": "readers", "contacts": "upsert", "maintained_status": "subscribed"}],
    "kind": "contact",
    "knowing": [{"audience": "readers", "history": relation("main", "readers__history")}],
    "ledger": relation("main", "loader_ledger"),
    "left_behind": relation("main", "loader_left_behind"),
    "limit": 10,
    "list_id": "f00dcafe01",
    "members": relation("main", "mailchimp_members"),
    "message": None,
    "selecting": [
        {
            "delta": relation("main", "readers__delta"),
            "history": relation("main", "readers__history"),
        }
    ],
    "max_in_flight": 10,
    "most": 3,
    "name": "loader_runs",
    "names": [("interest News", "7")],
    "not_on_list": "not_on_list",
    "notices": relation("main", "loader_notices"),
    "now_wished": relation("main", "loader_wanted__now"),
    "wished": relation("main", "loader_wanted"),
    "now": datetime(2026, 6, 30),  # noqa: DTZ001
    "in_flight": "in_flight",
    "isolated_failure": "isolated_failure",
    "on_leave": "archive",
    "command": "sync",
    "options": "[]",
    "pages": relation("main", "loader_members_read"),
    "pauses": relation("main", "loader_pauses"),
    "adding": [Pause(audience="readers", list_id="f00dcafe01", reason="why", stops=1)],
    "settled": ["readers"],
    "configuration": None,
    "failed_tests": "[]",
    "kept_history": '"main"."gone__history"',
    "like": relation("main", "readers__history"),
    "migrated": "migrated",
    "path": "models/readers.sql",
    "project": "shop",
    "removed": "removed",
    "tags": "[]",
    "resumed_by": "person",
    "recreate": False,
    "requests": 1,
    "retries": 0,
    "retry_rejected": False,
    "addresses": ADDRESSES,
    "rules": [
        {
            "audience": "readers",
            "columns": [Relation("audience"), Relation("email_address")],
            "conflicts": relation("main", "loader_conflicts"),
            "contacts": "upsert",
            "maintained_status": "subscribed",
            "revives": True,
            "status_if_new": "subscribed",
        }
    ],
    "route": "upsert",
    "routes": ["upsert"],
    "changes": [("old@shop.de", "new@shop.de")],
    **ASKED,
    "run_id": "b4d40bfc",
    "runs": relation("main", "loader_runs"),
    "versions": relation("main", "loader_schema_version"),
    "schema": "main",
    "lists": relation("main", "mailchimp_lists"),
    "list_segments": relation("main", "mailchimp_segments"),
    "segment_members": relation("main", "mailchimp_segment_members"),
    "merge_fields": relation("main", "mailchimp_merge_fields"),
    "is_sent": True,
    **RULED,
    **PLANS,
    "starting": ["readers"],
    "values": [
        ComparedField(
            name="LTV", kind="number", path=("merge_fields", "LTV"), shown=("merge_fields", "x")
        )
    ],
    "segment": "Readers",
    "segment_id": 1,
    "segments": relation("main", "loader_segments"),
    "already_removed": "already_removed",
    "refused": "refused",
    "turn": 1,
    "three_days_ago": datetime(2026, 6, 27),  # noqa: DTZ001
    "read_at": datetime(2026, 6, 30),  # noqa: DTZ001
    "report": "{}",
    "since": datetime(2026, 6, 29),  # noqa: DTZ001
    **TOLD,
    "version": "1",
    "wanted": relation("main", "loader_wanted"),
    "writes": 1,
}
# what the pages of a pull are kept in, where it is not lists
KEPT = {
    "members/delete_missing": "mailchimp_members",
    "members/delete_renamed": "mailchimp_members",
    "members/detect_address_change": "mailchimp_members",
    "members/extend_address_change": "mailchimp_members",
    "members/merge_details": "mailchimp_members",
    "pull/merge_campaigns": "mailchimp_campaigns",
    "pull/insert_events": "mailchimp_events",
    "pull/merge_complaints": "mailchimp_events",
    "pull/add_segment_members": "mailchimp_segment_members",
}
# what is copied of a history
HISTORY = relation("main", "readers__history")
OF_HISTORY: dict[str, object] = {
    "kept": HISTORY,
    "pages": HISTORY,
    "table": HISTORY,
    "copied": Relation("payload"),
}
STAGED: dict[str, object] = {"pages": relation("main", "loader_read_history_0")}
COPYING: dict[str, dict[str, object]] = {
    **dict.fromkeys(("registry/copied_rows", "registry/insert_copied"), OF_HISTORY),
    "registry/stage_copy": OF_HISTORY | STAGED,
    "registry/make_history": OF_HISTORY | {"kept": relation("main", "gone__history")},
    "registry/clear": OF_HISTORY,
}
# statements that make what others read
MAKERS = (
    "explain/asked",
    "explain/owed_rows",
    "erase/asked",
    "erase/holders",
    "erase/people",
    "registry/wanted_now",
    "delta/audience_rules",
    "delta/begin_compared",
    "delta/begin_losses",
    "delta/read",
    "delta/comparable_payloads",
    "members/diff_values",
    "delta/mirror_archives",
    *MAKERS_OF_FACTS,
    "dry_run/classify",
    "acks/address_changes_of_run",
    "members/stage",
)


def values_of(name: str) -> dict[str, object]:
    """The values of a statement; a pull has pages of its own for each table."""
    if name.startswith("erase/"):
        return VALUES | of_people(name)
    if name in COPYING:
        return VALUES | COPYING[name]
    table = KEPT.get(name, "mailchimp_lists")
    if name not in KEPT and not name.startswith("pull/"):
        return dict(VALUES)
    pages = relation("main", f"loader_read_{table}")
    return VALUES | {"kept": relation("main", table), "pages": pages}
