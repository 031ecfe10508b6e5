"""What warehouses spell differently in a statement, one method a construct. Pure.

`Dialect` has the spellings that most have. The dialect of an engine, in its folder, replaces those
that it has not; nothing else knows which warehouse it is. dbt has the same in `macros/dialect`.
"""

from loader.model.addresses import AROUND_IDENTITIES, WHITE_SPACE


class Relation(str):
    """The quoted name of a table or view, which goes into a statement as it is."""

    __slots__ = ()


class Dialect:
    """The spellings of one kind of warehouse.

    Attributes:
        folder: of its engine in `loader/warehouse/engine`; its folder `sql`, where there is one,
            has the statements that it needs differently.
        temporary_schema: in which its temporary tables are.
    """

    folder = ""
    temporary_schema = ""

    def json_text(self, document: str, path: str) -> Relation:
        """The text at a path of a JSON document, NULL where there is nothing.

        Args:
            document: SQL of the document.
            path: SQL of the path, a JSON pointer (RFC 6901) or as JSON paths are written.
        """
        return Relation(f"json_extract_string({document}, {path})")

    def number(self, text: str) -> Relation:
        """A text as a number, NULL where it is none.

        Args:
            text: SQL of the text.
        """
        return Relation(f"try_cast({text} as double)")

    def sum_of_hashes(self, text: str) -> Relation:
        """One text for all texts of a group, in whatever order; the same for the same texts.

        Args:
            text: SQL of the text.

        Raises:
            NotImplementedError: the engine has no spelling of its own, and there is no common one.
        """
        raise NotImplementedError


PORTABLE = Dialect()  # no warehouse has it: for what concerns every one


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
    return Relation(f"trim(both '{letters}' from {expression})")
