"""Questions to a person, which an option or a default can answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from loader.model.errors import ConfigurationError
from loader.terminal.output import answer_to, say

Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class Questions:
    """Asks what was not said.

    Attributes:
        is_asking: whether there is somebody to ask; else defaults are taken.
    """

    is_asking: bool

    def answer(
        self,
        question: str,
        check: Callable[[str], Answer],
        *,
        given: str | None,
        default: str | None,
        options: str,
        hint: str = "",
    ) -> Answer:
        """What was given, else what somebody answers, else the default.

        Args:
            question: of ours.
            check: turns a text into an answer; a wrong one is a `ConfigurationError`.
            given: by an option.
            default: where there is one.
            options: those that answer the question.
            hint: a sentence that helps to answer it.

        Returns:
            An answer; somebody who is asked is asked until it is one.

        Raises:
            ConfigurationError: what was given is no answer, or there is nobody to ask.
        """
        if given is not None:
            return check(given)
        if not self.is_asking:
            if default is None:
                raise ConfigurationError(f"{hint or f'{question}?'} Choose with {options}.")
            return check(default)
        if hint:
            say(hint, err=True)
        while True:
            try:
                return check(answer_to(question, default).strip())
            except ConfigurationError as error:
                say(str(error), err=True)
