"""Text from elsewhere (Mailchimp, data, files), made harmless for where it goes. Pure."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

import orjson

LONGEST_TEXT = 300  # characters of a sentence or a code of Mailchimp that are kept
LONGEST_IN_NOTICE = 500  # of our own messages too, which end in what to do
# Letters that nothing shows, beside the format signs (Unicode, Default_Ignorable_Code_Point).
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_WORD = re.compile(r"[^\s'\"<>(),]+")
_AT = ("@", "\uff20", "\ufe6b", "%40", "&#64;")  # how an address may be written
# A key ends in its datacenter, a token is 32 letters and digits:
# https://mailchimp.com/developer/marketing/docs/fundamentals/
_KEY = re.compile(r"[0-9A-Za-z]{32}|-[a-z]{2,}[0-9]+(?![0-9A-Za-z])")
# What a spreadsheet computes, also in its wide form (OWASP, CSV Injection).
_FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_PLAIN_MARKDOWN = frozenset(" ,;'%")


def one_line(text: object) -> str:
    r"""A text for a terminal; a sign that moves, hides or breaks it is its escape, as `\u202e`.

    Those are the control and format signs, the separators of lines, lone surrogates, private and
    unassigned signs, and letters that nothing shows; other spaces become a space.

    Args:
        text: of anybody.

    Returns:
        One line, in which every sign is seen.
    """
    return "".join(_visible(sign) for sign in str(text))


def of_mailchimp(text: object) -> str:
    """A sentence or a code of Mailchimp: one line of bounded length, without addresses and keys.

    Args:
        text: as an answer has it.

    Returns:
        At most `LONGEST_TEXT` characters, the last of them an ellipsis where something was cut.
    """
    return in_notice(text, LONGEST_TEXT)


def in_notice(text: object, longest: int = LONGEST_IN_NOTICE) -> str:
    """A text for a notice: one line of bounded length, without addresses and keys.

    Args:
        text: of anybody.
        longest: characters that are kept.

    Returns:
        The line; where something was cut, it ends in an ellipsis.
    """
    # secrets first: an address that was cut or escaped would not be found any more
    line = one_line(without_secrets(str(text)))
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def without_secrets(text: str) -> str:
    """A text in which nobody's address and no key can be read, wherever it has them from.

    Args:
        text: of anybody.

    Returns:
        The text with (address) and (key) in their places.
    """
    return _WORD.sub(lambda word: _masked(word[0]), text)


def as_json(value: Any, *, is_indented: bool = True) -> bytes:  # noqa: ANN401 - JSON is anything
    """Values as JSON in which the signs that `one_line` minds are written as JSON's escapes.

    Who reads it as JSON gets the values as they are; times of the warehouse, which are in UTC, have
    their offset.

    Args:
        value: what JSON can say.
        is_indented: whether it is for people, too.

    Returns:
        JSON in UTF-8; printed, it cannot move, hide or break a terminal.
    """
    indent = orjson.OPT_INDENT_2 if is_indented else 0
    said = orjson.dumps(value, option=indent | orjson.OPT_NAIVE_UTC).decode()
    # nearly always, and then nothing has to be looked at
    if said.isascii() and "\x7f" not in said:
        return said.encode()
    signs = (sign if sign == "\n" or _is_shown(sign) else _in_json(sign) for sign in said)
    return "".join(signs).encode()


def in_csv(value: object) -> object:
    """A cell of a CSV file that no spreadsheet takes for a formula: such a text begins with `'`.

    Args:
        value: of a row.

    Returns:
        Numbers as they are, times in ISO 8601 with their offset, everything else as text.
    """
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).isoformat()
    if value is None or isinstance(value, int | float):
        return value
    text, line = str(value), one_line(value)
    begins = text[:1] in _FORMULA or line.lstrip(" ")[:1] in _FORMULA
    # a spreadsheet shows what follows the quotation mark as it is
    return f"'{line}" if begins else line


def in_markdown(text: object) -> str:
    """A text as code in Markdown: no fence, table, link, image, mention or HTML begins in it.

    Each sign that Markdown could mind is a character reference, and what stands in `<code>` is not
    looked through for mentions and addresses (GitHub Flavored Markdown; html-pipeline).

    Args:
        text: of anybody.

    Returns:
        HTML that Markdown shows as it is.
    """
    signs = (
        sign if sign.isalnum() or sign in _PLAIN_MARKDOWN else f"&#{ord(sign)};"
        for sign in one_line(text)
    )
    return f"<code>{''.join(signs)}</code>"


def _visible(sign: str) -> str:
    if _is_shown(sign):
        return sign
    if unicodedata.category(sign) == "Zs":
        return " "
    return sign.encode("unicode_escape", "surrogatepass").decode()


def _is_shown(sign: str) -> bool:
    return sign.isprintable() and sign not in _UNSEEN and not "\U000e0000" <= sign <= "\U000e0fff"


def _masked(word: str) -> str:
    if any(sign in word for sign in _AT):
        return "(address)"
    return "(key)" if _KEY.search(word) else word


def _in_json(sign: str) -> str:
    # JSON escapes a sign beyond the basic plane as two units
    units = sign.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
