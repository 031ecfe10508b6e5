"""What warehouses spell differently in a statement, one method a construct. Pure.

`Dialect` names what has no common spelling; the dialect of an engine, in its folder, has its own.
Nothing else knows which warehouse it is. dbt has the same in `macros/dialect`. The functions below
are spelled as every warehouse takes them.
"""

from collections.abc import Callable, Sequence

from loader.model.addresses import AROUND_IDENTITIES, WHITE_SPACE


class Relation(str):
    """The quoted name of a table or view, which goes into a statement as it is."""

    __slots__ = ()


Bound = Callable[[str], str]  # the SQL of a value that the driver binds


class Dialect:
    """The spellings of one kind of warehouse.

    Attributes:
        folder: of its engine in `loader/warehouse/engine`; its folder `sql`, where there is one,
            has the statements that it needs differently.
        temporary_schema: in which its temporary tables are.
    """

    folder = ""
    temporary_schema = ""

    def json_text(self, document: str, keys: Sequence[str], bound: Bound) -> Relation:
        """The text at the end of a path into a JSON document, NULL where there is nothing.

        Args:
            document: SQL of the document, a text.
            keys: of the path, at least one, one an object; each may hold any sign.
            bound: gives the SQL of a value that is bound.

        Raises:
            NotImplementedError: the engine has no spelling of its own, and there is no common one.
        """
        raise NotImplementedError

    def each_key(self, document: str, keys: Sequence[str], bound: Bound) -> Relation:
        """A row for each key of the object at the end of a path, in a select list.

        Args:
            document: SQL of the document, a text.
            keys: of the path, at least one.
            bound: gives the SQL of a value that is bound.

        Raises:
            NotImplementedError: the engine has no spelling of its own, and there is no common one.
        """
        raise NotImplementedError

    def each_text(self, document: str) -> Relation:
        """A row for each text of a JSON list, in a select list.

        Args:
            document: SQL of the list, a text.

        Raises:
            NotImplementedError: the engine has no spelling of its own, and there is no common one.
        """
        raise NotImplementedError

    def each_match(self, text: str, pattern: str) -> Relation:
        """A row for each part of a text that a regular expression finds, in a select list.

        Args:
            text: SQL of the text.
            pattern: SQL of the expression, which has no groups.

        Raises:
            NotImplementedError: the engine has no spelling of its own, and there is no common one.
        """
        raise NotImplementedError

    def sum_of_hashes(self, text: str) -> Relation:
        """One text for all texts of a group, in whatever order; the same for the same texts.

        Args:
            text: SQL of the text.

        Raises:
            NotImplementedError: the engine has no spelling of its own, and there is no common one.
        """
        raise NotImplementedError


PORTABLE = Dialect()  # no warehouse has it: for what concerns every one

# what fits into a double on every engine: what is longer is compared as a text
_NUMBER = "^ *[-+]?([0-9]{1,100}([.][0-9]{0,100})?|[.][0-9]{1,100})([eE][-+]?[0-9]{1,2})? *$"


def number(text: str) -> Relation:
    """A text as a number, NULL where it is none.

    Args:
        text: SQL of the text.
    """
    return Relation(f"case when {text} ~ '{_NUMBER}' then cast({text} as double precision) end")


def name_key(expression: str) -> Relation:
    """What `name_key` says of a name that Mailchimp shows, as SQL."""
    return Relation(f"lower({trimmed(expression)})")


def trimmed(expression: str) -> Relation:
    """A text without white space around it, as Unicode has it: `trim` alone takes other signs."""
    return _without(WHITE_SPACE, expression)


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
