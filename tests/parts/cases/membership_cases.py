"""A case for each rule of memberships, and for each two whose order matters."""

from collections.abc import Mapping

from cases.plan_cases import (
    INVALID,
    NO_CONSENT,
    TAG_OF_OTHERS,
    Case,
    by,
    held,
    rejected,
    unheard,
)
from cases.planned import OFF, row
from loader.model.reasons import (
    ALREADY_GONE,
    DEAD_LETTERED,
    EMAIL_CHANGED,
    NOT_ON_LIST,
    SHARED_MEMBERSHIP,
)

OPT_OUT = row("permissions", payload=OFF)

MEMBERSHIPS: Mapping[str, Case] = {
    "contact_stopped": Case(
        said=row("tag_add"), beside=[row(**INVALID)], status="subscribed", becomes=None
    ),
    "invalid": Case(
        said=row("tag_add", **INVALID),
        status="subscribed",
        becomes=("tag_add", "invalid", "text_too_long"),
    ),
    "no_consent": Case(
        said=row("tag_add", **NO_CONSENT),
        status="subscribed",
        becomes=held("tag_add", "no_consent"),
    ),
    "in_backoff": Case(
        said=rejected("tag_add"),
        status="subscribed",
        becomes=("tag_add", "rejected", "refused"),
    ),
    "dead_lettered": Case(
        said=unheard("tag_add"), status="subscribed", becomes=("tag_add", "rejected", DEAD_LETTERED)
    ),
    "email_changed": Case(
        said=row("tag_remove"),
        is_moved=True,
        at_new="subscribed",
        becomes=held("tag_remove", EMAIL_CHANGED),
    ),
    "already_gone": Case(said=row("tag_remove"), becomes=("tag_remove", "accepted", ALREADY_GONE)),
    "archived": Case(
        said=row("tag_remove"), status="archived", becomes=held("tag_remove", "archived")
    ),
    "shared": Case(
        said=row("tag_remove"),
        status="subscribed",
        known=[TAG_OF_OTHERS],
        becomes=("tag_remove", "accepted", SHARED_MEMBERSHIP),
    ),
    "remove": Case(
        said=row("tag_remove"), status="unsubscribed", becomes=("tag_remove", None, None)
    ),
    "with_contact": Case(
        said=by("confirms", "tag_add"),
        beside=[by("confirms")],
        becomes=("tag_add", None, None),
    ),
    "with_made_contact": Case(
        said=row("tag_add"), beside=[by("others")], becomes=("tag_add", None, None)
    ),
    "opt_out": Case(said=OPT_OUT, status="unsubscribed", becomes=("permissions", None, None)),
    "made_in_other_status": Case(
        said=row("tag_add"), beside=[by("confirms")], becomes=held("tag_add", "pending")
    ),
    "contact_not_on_list": Case(said=row("tag_add"), becomes=held("tag_add", NOT_ON_LIST)),
    "not_subscribed": Case(
        said=row("tag_add"), status="cleaned", becomes=held("tag_add", "cleaned")
    ),
    "add": Case(said=row("tag_add"), status="subscribed", becomes=("tag_add", None, None)),
}

# where both of two rules are true, the first of them decides
MEMBERSHIPS_OF_TWO: Mapping[tuple[str, str], Case] = {
    ("contact_stopped", "invalid"): Case(
        said=row("tag_add", **INVALID), beside=[row(**INVALID)], becomes=None
    ),
    ("no_consent", "in_backoff"): Case(
        said=rejected("tag_add", **NO_CONSENT),
        status="subscribed",
        becomes=held("tag_add", "no_consent"),
    ),
    ("dead_lettered", "email_changed"): Case(
        said=unheard("tag_remove"),
        is_moved=True,
        at_new="subscribed",
        becomes=("tag_remove", "rejected", DEAD_LETTERED),
    ),
    ("archived", "shared"): Case(
        said=row("tag_remove"),
        status="archived",
        known=[TAG_OF_OTHERS],
        becomes=held("tag_remove", "archived"),
    ),
}
