"""Write the values of a statement into its text, where the driver cannot bind them. Pure.

A statement with parameters is answered as a whole, which a delta of a million contacts must not be.
"""

import re
from datetime import datetime

from loader.warehouse.sql_templates import Rendered

# a parameter, or what has none: a quoted name or a text, in which a dollar sign is nothing else
PARAMETER = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|\$(\d+)")


def with_values(query: Rendered) -> str:
    """The text of a statement with its values in it; the session has standard strings.

    Args:
        query: a rendered statement.

    Returns:
        Its text; `cast('...' as text)` and `timestamp '...'` are where the parameters were.
    """

    def written(found: re.Match[str]) -> str:
        return _literal(query.values[int(found[1]) - 1]) if found[1] else found[0]

    return str(PARAMETER.sub(written, query))


def _literal(value: object) -> str:
    if isinstance(value, datetime):
        return f"timestamp '{value.isoformat(sep=' ')}'"
    escaped = str(value).replace("'", "''")
    return f"cast('{escaped}' as text)"
