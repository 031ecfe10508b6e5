"""What DuckDB spells in a way of its own. Pure."""

from loader.warehouse.engine.dialect import Dialect, Relation

_HALVES_OF_MD5 = ("md5_number_upper", "md5_number_lower")


class DuckDBDialect(Dialect):
    """The spellings of DuckDB."""

    folder = "duckdb"
    temporary_schema = "temp"

    def sum_of_hashes(self, text: str) -> Relation:
        """One text for all texts of a group, in whatever order; the same for the same texts.

        Args:
            text: SQL of the text.
        """
        halves = (f"cast(sum({half}({text})) as varchar)" for half in _HALVES_OF_MD5)
        return Relation(" || '-' || ".join(halves))


DUCKDB = DuckDBDialect()
