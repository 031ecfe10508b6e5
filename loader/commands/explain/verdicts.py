"""What is said of a person on a list: the first verdict that is true. Pure.

Each verdict has a sentence, and a sentence of what would change it. Where a rule or an answer of
Mailchimp decided, the latter is that of the reason (`loader/model/reasons.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from loader.commands.explain.known import Known
from loader.warehouse.rules.rule import LEFT_OUT


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One verdict.

    Attributes:
        code: what programs read.
        when: whether it is true.
        says: the sentence; a name in braces is one of `Known.words`.
        changed_by: what would change it, in the same way.
    """

    code: str
    when: Callable[[Known], bool]
    says: str
    changed_by: str


VERDICTS = (
    Verdict(
        code="not_built",
        when=lambda known: known.audience is not None and not known.audience.history,
        says="Not sent: {stopped}",
        changed_by="A dbt run that builds the audience",
    ),
    Verdict(
        code="invalid",
        when=lambda known: known.outcome == "invalid",
        says="Invalid: {reason}",
        changed_by="{mends}",
    ),
    Verdict(
        code="held",
        when=lambda known: known.outcome == "held",
        says="Held: {reason}",
        changed_by="{mends}",
    ),
    Verdict(
        code="paused",
        when=lambda known: known.is_held_back and known.pause is not None,
        says="Not sent: {stopped}",
        changed_by="`loader resume`, then `loader sync`",
    ),
    Verdict(
        code="not_sent",
        when=lambda known: known.is_held_back,
        says="Not sent: {stopped}",
        changed_by="What stops the audience is fixed; `loader check` says how",
    ),
    Verdict(
        code="rejected",
        when=lambda known: known.outcome == "rejected",
        says="Rejected: {reason}",
        changed_by="{mends}",
    ),
    Verdict(
        code="settled",
        when=lambda known: known.outcome == "accepted",
        says="Needs no write: {reason}",
        changed_by="{mends}",
    ),
    Verdict(
        code="waits",
        when=lambda known: known.outcome == LEFT_OUT,
        says="Waits for the contact, which is not sent",
        changed_by="What mends the contact",
    ),
    Verdict(
        code="to_send",
        when=lambda known: known.owed is not None,
        says="Owed: the next sync {deed}",
        changed_by="`loader sync`",
    ),
    Verdict(
        code="changes_address",
        when=lambda known: known.moves_to is not None,
        says="The person has another address by now: {moves_to}",
        changed_by="What is said of the new address",
    ),
    Verdict(
        code="released",
        when=lambda known: known.is_released and not known.is_selected,
        says="Stays on the list: `loader retire --on-leave keep` released it",
        changed_by="Nothing that the loader does, until an audience selects the person",
    ),
    Verdict(
        code="left_behind",
        when=lambda known: known.audience is None and known.is_managed,
        says="Left behind: the audience does not name this list or segment any more",
        changed_by="`loader retire`, or the audience names it again",
    ),
    Verdict(
        code="missing",
        when=lambda known: (
            known.kind == "contact" and known.is_there and known.is_read and known.status is None
        ),
        says="Confirmed, but the list did not show the contact when it was last read",
        changed_by="`loader verify --repair`, then `loader sync`",
    ),
    Verdict(
        code="changed_in_mailchimp",
        when=lambda known: known.kind == "contact" and known.is_there and known.is_otherwise,
        says="Confirmed, but Mailchimp has the contact as {status} since",
        changed_by="{mends_status}",
    ),
    Verdict(
        code="in_step",
        when=lambda known: bool(known.is_selected) and known.is_there and known.kind == "contact",
        says="In step: Mailchimp has the contact as it is wanted, {status}",
        changed_by="Other values in the data, or the person leaves the audience",
    ),
    Verdict(
        code="in_step",
        when=lambda known: bool(known.is_selected) and known.is_there,
        says="In step",
        changed_by="Other values in the data, or the person leaves the audience",
    ),
    Verdict(
        code="not_ours",
        when=lambda known: known.is_managed and bool((known.ledger or {})["pre_existing"]),
        says="Left the audience, and stays: the contact was on the list before the loader",
        changed_by="A person in Mailchimp",
    ),
    Verdict(
        code="kept_by_others",
        when=lambda known: known.is_managed and bool(known.kept_by),
        says="Left the audience, and stays: another audience wants it ({kept_by})",
        changed_by="Those audiences let the person go, too",
    ),
    Verdict(
        code="kept",
        when=lambda known: (
            known.is_managed and known.audience is not None and known.audience.on_leave == "keep"
        ),
        says="Left the audience, and stays as `on_leave: keep` says",
        changed_by="`on_leave: unsubscribe` or `on_leave: archive`, or a person in Mailchimp",
    ),
    Verdict(
        code="stays",
        when=lambda known: known.is_managed,
        says="Left the audience, and nothing is owed",
        changed_by="dbt runs, or the audience selects the person again",
    ),
    Verdict(
        code="left",
        when=lambda known: known.has_left,
        says="Left: {left}",
        changed_by="The audience selects the person again, with consent",
    ),
    Verdict(
        code="not_selected_any_more",
        when=lambda known: known.is_selected is False,
        says="Not selected any more, and nothing of it was sent",
        changed_by="The model selects the person again, and dbt runs",
    ),
    Verdict(
        code="not_selected",
        when=lambda known: known.is_selected is None,
        says="Not selected",
        changed_by="The model selects the person, and dbt runs",
    ),
    Verdict(
        code="nothing_owed",
        when=lambda _: True,
        says="Nothing is owed",
        changed_by="Other values in the data",
    ),
)


def verdict_of(known: Known) -> Verdict:
    """The first verdict that is true, with its sentences filled in.

    Args:
        known: of one contact, membership, tag or permissions.

    Returns:
        The verdict.
    """
    found = next(one for one in VERDICTS if one.when(known))
    words = known.words
    return Verdict(
        code=found.code,
        when=found.when,
        says=found.says.format_map(words),
        changed_by=found.changed_by.format_map(words),
    )
