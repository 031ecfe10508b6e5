"""The questions of `loader init` about an audience, in the order in which they are asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from loader.commands.init import choices
from loader.commands.init.audience_file import ASSUMED, CONTACTS, ON_LEAVE, Choice
from loader.commands.init.choices import Candidate
from loader.commands.init.guesses import likely_addresses, likely_consents
from loader.commands.init.project import Project
from loader.model.errors import ConfigurationError
from loader.session.dbt_target import Target
from loader.terminal.output import say, say_table
from loader.terminal.questions import Questions
from loader.warehouse.reports.relations import BuiltRelation

SHOWN = 30  # relations that are listed


@dataclass(frozen=True, kw_only=True)
class AudienceQuestions:
    """What is asked about one audience.

    Attributes:
        questions: asks somebody, or takes defaults.
        given: what options have answered, by their names.
        project: of dbt.
        target: that was found.
        relations: of its warehouse.
    """

    questions: Questions
    given: dict[str, Any]
    project: Project
    target: Target
    relations: Sequence[BuiltRelation]

    def ask(self, lists: Sequence[dict[str, Any]]) -> tuple[str, Choice]:
        """Ask everything.

        Args:
            lists: of the account.

        Returns:
            The name of the audience, and what was chosen for it.

        Raises:
            ConfigurationError: an option is wrong, or one is missing and nobody can be asked.
        """
        found = self._list(lists)
        candidate = self._candidate()
        address = self._address(candidate)
        contacts = self._word("contacts", CONTACTS, "update", "What may happen to contacts")
        say(_what_becomes_of_contacts(contacts, found))
        consent, is_assumed = self._consent(candidate, contacts)
        on_leave = self._word("on_leave", ON_LEAVE, "keep", "What happens to those who leave")
        choice = Choice(
            relation=candidate.relation,
            reference=candidate.reference,
            address=address,
            consent=consent,
            is_assumed=is_assumed,
            list_id=found["id"],
            contacts=contacts,
            on_leave=on_leave,
            segment=self._segment(contacts),
            targets=self._targets(),
            says_materialization=self.project.has_other_audiences,
        )
        return self._name(), choice

    def _list(self, lists: Sequence[dict[str, Any]]) -> dict[str, Any]:
        if not lists:
            raise ConfigurationError(
                "The account has no list (Mailchimp's pages call it an audience). Make one there,"
                " then run again."
            )
        if self.questions.is_asking and self.given["list_id"] is None:
            say_table(list(lists), ("id", "name", "contacts", "unsubscribed"))
        return self.questions.answer(
            "Id of the list",
            lambda text: choices.chosen_list(text, lists),
            given=self.given["list_id"],
            default=lists[0]["id"] if len(lists) == 1 else None,
            options="--list-id",
            hint="" if len(lists) == 1 else "The account has several lists.",
        )

    def _candidate(self) -> Candidate:
        known = choices.candidates(self.project, self.relations)
        if not known:
            raise ConfigurationError(
                f"The target {self.target.name} has no table that an audience could select from."
                " Build your models first: dbt build."
            )
        if self.questions.is_asking and self.given["model"] is None:
            rows = [
                {
                    "name": one.name,
                    "kind": one.kind,
                    "address": " or ".join(likely_addresses(one.relation.columns)),
                }
                for one in known[:SHOWN]
            ]
            say_table(rows, ("name", "kind", "address"))
        default = choices.usual_candidate(known)
        return self.questions.answer(
            "Model or seed to select from",
            lambda text: choices.chosen_candidate(text, known, self.project),
            given=self.given["model"],
            default=default,
            options="--model",
            hint=""
            if default
            else f"Several could be selected from, or none has an address: "
            f"{choices.some(one.name for one in known)}.",
        )

    def _address(self, candidate: Candidate) -> str:
        likely = likely_addresses(candidate.relation.columns)
        return self.questions.answer(
            "Column with the address",
            lambda text: choices.chosen_column(text, candidate),
            given=self.given["email_column"],
            default=likely[0] if len(likely) == 1 else None,
            options="--email-column",
            hint=_hint(candidate, likely, "an address"),
        )

    def _word(self, option: str, words: tuple[str, ...], default: str, question: str) -> str:
        name = f"--{option.replace('_', '-')}"
        return self.questions.answer(
            f"{question} ({', '.join(words)})",
            lambda text: choices.chosen_word(text, words, name),
            given=self.given[option],
            default=default,
            options=name,
        )

    def _consent(self, candidate: Candidate, contacts: str) -> tuple[str | None, bool]:
        if self.given["consent_assumed"] and self.given["consent_column"] is not None:
            raise ConfigurationError("Choose --consent-column or --consent-assumed, not both.")
        if self.given["consent_assumed"]:
            return None, True
        if self.given["consent_column"] is not None:
            return choices.chosen_column(self.given["consent_column"], candidate), False
        likely = likely_consents(candidate.relation.columns)
        return self.questions.answer(
            f"Column with the consent ('{ASSUMED}' to vouch for everybody)",
            lambda text: choices.chosen_consent(text, candidate, contacts),
            given=None,
            default=choices.usual_consent(candidate, contacts),
            options="--consent-column, or vouch for everybody with --consent-assumed",
            hint=_hint(candidate, likely, "a consent"),
        )

    def _segment(self, contacts: str) -> str | None:
        def check(text: str) -> str | None:
            if not text.strip() and contacts == "none":
                raise ConfigurationError(
                    "contacts: none changes nothing but a segment. Name one (--segment)."
                )
            return text.strip() or None

        return self.questions.answer(
            "Segment that mirrors the audience (none, if empty)",
            check,
            given=self.given["segment"],
            default="",
            options="--segment",
        )

    def _targets(self) -> tuple[str, ...]:
        return self.questions.answer(
            "Targets that may send it, with commas ('any' for every target)",
            choices.chosen_targets,
            given=self.given["send_from"],
            default=self.target.name,
            options="--send-from",
        )

    def _name(self) -> str:
        return self.questions.answer(
            "Name of the audience",
            lambda text: choices.chosen_name(
                text, self.project, self.relations, self.target.schema
            ),
            given=self.given["name"],
            default=choices.DEFAULT_NAME,
            options="--name",
        )


def _what_becomes_of_contacts(contacts: str, found: dict[str, Any]) -> str:
    said = f"contacts: {contacts}."
    if contacts not in ("upsert", "create"):
        return f"{said} Nobody is put on the list: only people who are on it can be changed."
    if found["double_optin"]:
        return f"{said} Mailchimp asks each new contact by mail to confirm (double opt-in)."
    return f"{said} New people who consent are subscribed, which may start automations of the list."


def _hint(candidate: Candidate, likely: list[str], what: str) -> str:
    if len(likely) == 1:
        return ""
    if likely:
        return f"Several columns of {candidate.name} look like {what}: {', '.join(likely)}."
    return f"No column of {candidate.name} looks like {what}."
