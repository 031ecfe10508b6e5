"""What PostgreSQL spells in a way of its own. Pure."""

from collections.abc import Sequence

from loader.warehouse.engine.dialect import Bound, Dialect, Relation

_BYTES_OF_A_NUMBER = 8  # DuckDB takes a half of an md5 for a number, its last byte for the highest


class PostgresDialect(Dialect):
    """The spellings of PostgreSQL 15 and newer."""

    folder = "postgres"
    temporary_schema = "pg_temp"

    def json_text(self, document: str, keys: Sequence[str], bound: Bound) -> Relation:
        """The text at the end of a path.

        Args:
            document: SQL of the document, a text.
            keys: of the path.
            bound: gives the SQL of a value that is bound.
        """
        path = ", ".join(bound(key) for key in keys)
        return Relation(f"json_extract_path_text(cast({document} as json), {path})")

    def each_key(self, document: str, keys: Sequence[str], bound: Bound) -> Relation:
        """A row for each key of the object at the end of a path.

        Args:
            document: SQL of the document, a text.
            keys: of the path.
            bound: gives the SQL of a value that is bound.
        """
        path = ", ".join(bound(key) for key in keys)
        return Relation(f"json_object_keys(json_extract_path(cast({document} as json), {path}))")

    def each_text(self, document: str) -> Relation:
        """A row for each text of a JSON list.

        Args:
            document: SQL of the list, a text.
        """
        return Relation(f"json_array_elements_text(cast({document} as json))")

    def each_match(self, text: str, pattern: str) -> Relation:
        """A row for each part of a text that a regular expression finds.

        Args:
            text: SQL of the text.
            pattern: SQL of the expression.
        """
        return Relation(f"(regexp_matches({text}, {pattern}, 'g'))[1]")

    def sum_of_hashes(self, text: str) -> Relation:
        """One text for all texts of a group, in whatever order: the same as DuckDB's.

        Args:
            text: SQL of the text.
        """
        halves = (
            f"cast(sum({_number(text, first)}) as varchar)" for first in (0, _BYTES_OF_A_NUMBER)
        )
        return Relation(" || '-' || ".join(halves))


POSTGRES = PostgresDialect()


def _number(text: str, first: int) -> str:
    """The bytes of an md5 from this one on as a number without a sign, which has no type."""
    bytes_of_it = [
        f"substr(md5({text}), {2 * byte + 1}, 2)"
        for byte in reversed(range(first, first + _BYTES_OF_A_NUMBER))
    ]
    half = _BYTES_OF_A_NUMBER // 2
    high, low = (
        f"cast(cast('x' || {' || '.join(part)} as bit(32)) as bigint)"
        for part in (bytes_of_it[:half], bytes_of_it[half:])
    )
    return f"cast({high} as numeric) * 4294967296 + {low}"
