"""What DuckDB spells in a way of its own, one function a construct. Pure.

A second engine has the same functions with its spellings; nothing else knows which one it is. dbt
has the same in `macros/dialect`.
"""

from loader.model.addresses import AROUND_IDENTITIES, WHITE_SPACE

_HALVES_OF_MD5 = ("md5_number_upper", "md5_number_lower")


class Relation(str):
    """The quoted name of a table or view, which goes into a statement as it is."""

    __slots__ = ()


def name_key(expression: str) -> Relation:
    """What `name_key` says of a name that Mailchimp shows, as SQL."""
    return Relation(f"lower({_without(WHITE_SPACE, expression)})")


def identity(expression: str) -> Relation:
    """What `identity` says of an address or a `person_id` that a column has, as SQL."""
    return _without(AROUND_IDENTITIES, f"cast({expression} as varchar)")


def contact_key(expression: str) -> Relation:
    """The key of a contact by its address, as SQL: what dbt's macro `normalise_address` gives.

    Args:
        expression: SQL of an address without white space and format characters around it, or of the
            key of a row that has no address, which stays as it is.
    """
    return Relation(
        f"case when {expression} like '(none) %' then {expression} else lower({expression}) end"
    )


def _without(letters: str, expression: str) -> Relation:
    around = "".join(f"\\x{{{ord(one):x}}}" for one in letters)
    return Relation(f"regexp_replace({expression}, '^[{around}]+|[{around}]+$', '', 'g')")


def json_text(document: str, path: str) -> Relation:
    """The text at a path of a JSON document, NULL where there is nothing.

    Args:
        document: SQL of the document.
        path: SQL of the path, a JSON pointer (RFC 6901) or as JSON paths are written.
    """
    return Relation(f"json_extract_string({document}, {path})")


def sum_of_hashes(text: str) -> Relation:
    """One text for all texts of a group, in whatever order they come; the same for the same texts.

    Args:
        text: SQL of the text.
    """
    halves = (f"cast(sum({half}({text})) as varchar)" for half in _HALVES_OF_MD5)
    return Relation(" || '-' || ".join(halves))


def number(text: str) -> Relation:
    """A text as a number, NULL where it is none.

    Args:
        text: SQL of the text.
    """
    return Relation(f"try_cast({text} as double)")
