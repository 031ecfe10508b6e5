"""What DuckDB spells in a way of its own. Pure."""

from collections.abc import Sequence

from loader.warehouse.engine.dialect import Bound, Dialect, Relation

_HALVES_OF_MD5 = ("md5_number_upper", "md5_number_lower")


class DuckDBDialect(Dialect):
    """The spellings of DuckDB."""

    folder = "duckdb"
    temporary_schema = "temp"

    def json_text(self, document: str, keys: Sequence[str], bound: Bound) -> Relation:
        """The text at the end of a path.

        Args:
            document: SQL of the document, a text.
            keys: of the path.
            bound: gives the SQL of a value that is bound.
        """
        return Relation(f"json_extract_string({document}, {bound(_pointer(keys))})")

    def each_key(self, document: str, keys: Sequence[str], bound: Bound) -> Relation:
        """A row for each key of the object at a path.

        Args:
            document: SQL of the document, a text.
            keys: of the path.
            bound: gives the SQL of a value that is bound.
        """
        return Relation(f"unnest(json_keys({document}, {bound(_pointer(keys))}))")

    def each_text(self, document: str) -> Relation:
        """A row for each text of a JSON list.

        Args:
            document: SQL of the list, a text.
        """
        return Relation(f"unnest(from_json({document}, '[\"VARCHAR\"]'))")

    def each_match(self, text: str, pattern: str) -> Relation:
        """A row for each part of a text that a regular expression finds.

        Args:
            text: SQL of the text.
            pattern: SQL of the expression.
        """
        return Relation(f"unnest(regexp_extract_all({text}, {pattern}))")

    def sum_of_hashes(self, text: str) -> Relation:
        """One text for all texts of a group, in whatever order; the same for the same texts.

        Args:
            text: SQL of the text.
        """
        halves = (f"cast(sum({half}({text})) as varchar)" for half in _HALVES_OF_MD5)
        return Relation(" || '-' || ".join(halves))


DUCKDB = DuckDBDialect()


def _pointer(keys: Sequence[str]) -> str:
    """A JSON pointer (RFC 6901); a key by itself may be taken for a path, where it has a $ or /."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
