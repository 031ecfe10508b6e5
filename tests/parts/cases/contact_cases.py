"""A case for each rule of contacts, and for each two whose order matters."""

from collections.abc import Mapping

from cases.plan_cases import (
    ARCHIVED_BY_US,
    INVALID,
    NO_CONSENT,
    Case,
    by,
    held,
    rejected,
    unheard,
)
from cases.planned import row
from loader.model.reasons import (
    ALREADY_APPLIED,
    ALREADY_GONE,
    DEAD_LETTERED,
    EMAIL_CHANGED,
    EMAIL_TAKEN,
    NOT_ON_LIST,
)

CHANGE = row("change_address")

CONTACTS: Mapping[str, Case] = {
    "invalid": Case(said=row(**INVALID), becomes=("upsert", "invalid", "text_too_long")),
    "no_consent": Case(said=row(**NO_CONSENT), becomes=held("upsert", "no_consent")),
    "email_taken": Case(
        said=CHANGE,
        status="subscribed",
        is_taken=True,
        becomes=("change_address", "rejected", EMAIL_TAKEN),
    ),
    "in_backoff": Case(said=rejected(), becomes=("upsert", "rejected", "refused")),
    "dead_lettered": Case(said=unheard(), becomes=("upsert", "rejected", DEAD_LETTERED)),
    "withdrawn_at_new_email": Case(
        said=row("withdraw"),
        is_moved=True,
        at_new="unsubscribed",
        becomes=("withdraw", "accepted", EMAIL_CHANGED),
    ),
    "email_changed": Case(
        said=row(),
        is_moved=True,
        at_new="subscribed",
        becomes=held("upsert", EMAIL_CHANGED),
    ),
    "already_gone": Case(said=row("archive"), becomes=("archive", "accepted", ALREADY_GONE)),
    "already_left": Case(
        said=row("archive"), status="cleaned", becomes=("archive", "accepted", "already_cleaned")
    ),
    "leave_unconfirmed": Case(
        said=row("archive"), status="pending", becomes=("unsubscribe", None, None)
    ),
    "leave": Case(said=row("unsubscribe"), status="pending", becomes=("unsubscribe", None, None)),
    "made_in_other_status": Case(
        said=row(), beside=[by("confirms")], becomes=held("upsert", NOT_ON_LIST)
    ),
    "made_by_another": Case(
        said=by("creates"),
        beside=[by("others", "change_address")],
        becomes=held("upsert", "exists"),
    ),
    "change_after_another": Case(
        said=by("timid"),
        beside=[row()],
        status="archived",
        known=[ARCHIVED_BY_US],
        becomes=("upsert", None, None),
    ),
    "update_only": Case(said=by("updates"), becomes=held("upsert", NOT_ON_LIST)),
    "create": Case(said=by("creates"), becomes=("create", None, None)),
    "add": Case(said=row(), becomes=("upsert", None, None)),
    "resubscribe": Case(
        said=row(), status="archived", known=[ARCHIVED_BY_US], becomes=("revive", None, None)
    ),
    "not_subscribed": Case(said=row(), status="cleaned", becomes=held("upsert", "cleaned")),
    "exists": Case(said=by("creates"), status="subscribed", becomes=held("upsert", "exists")),
    "already_applied": Case(
        said=row(),
        status="subscribed",
        is_compared=True,
        becomes=("upsert", "accepted", ALREADY_APPLIED),
    ),
    "change": Case(said=row(), status="subscribed", becomes=("upsert", None, None)),
}

# where both of two rules are true, the first of them decides
CONTACTS_OF_TWO: Mapping[tuple[str, str], Case] = {
    ("no_consent", "email_taken"): Case(
        said=row("change_address", **NO_CONSENT),
        is_taken=True,
        becomes=held("change_address", "no_consent"),
    ),
    ("email_taken", "in_backoff"): Case(
        said=rejected("change_address"),
        status="subscribed",
        is_taken=True,
        becomes=("change_address", "rejected", EMAIL_TAKEN),
    ),
    ("dead_lettered", "withdrawn_at_new_email"): Case(
        said=unheard("withdraw"),
        is_moved=True,
        at_new="unsubscribed",
        becomes=("withdraw", "rejected", DEAD_LETTERED),
    ),
    ("email_changed", "already_gone"): Case(
        said=row("archive"),
        is_moved=True,
        at_new="subscribed",
        becomes=held("archive", EMAIL_CHANGED),
    ),
    ("made_in_other_status", "made_by_another"): Case(
        said=by("creates"),
        beside=[by("confirms who is new")],
        becomes=held("upsert", NOT_ON_LIST),
    ),
    ("change_after_another", "update_only"): Case(
        said=by("updates"), beside=[row()], becomes=("upsert", None, None)
    ),
    ("not_subscribed", "exists"): Case(
        said=by("creates"), status="cleaned", becomes=held("upsert", "cleaned")
    ),
    ("exists", "already_applied"): Case(
        said=by("creates"),
        status="subscribed",
        is_compared=True,
        becomes=held("upsert", "exists"),
    ),
}
