"""Read the arrays of an answer as Arrow columns: no Python object a contact. Pure."""

import io
import re

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from loader.model.addresses import AROUND_IDENTITIES
from loader.model.errors import Unavailable

# the name of a value in JSON: a quotation mark within a text has a backslash before it, so that no
# text looks like one
_NAME = re.compile(rb'"(\w+)":')


def decode(body: bytes, schema: pa.Schema) -> pa.Table:
    """One JSON object as a table of one row, with the columns of the schema and no others.

    Args:
        body: the bytes of the answer.
        schema: the columns that it has to have.

    Returns:
        The object; names that the schema has not are left out.

    Raises:
        Unavailable: it is no such object, as when an answer was cut off, or a column that must not
            be null is null or missing.
    """
    if not body.lstrip().startswith(b"{"):  # Arrow's reader dies of a bare null
        raise Unavailable("Mailchimp's answer is no JSON object.")
    try:
        table = pyarrow.json.read_json(
            io.BytesIO(body),
            # one block, for an object may not be parted; one thread, for many answers are read at
            # once
            read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=len(body) + 1),
            parse_options=pyarrow.json.ParseOptions(
                explicit_schema=schema,
                newlines_in_values=True,
                # Mailchimp may add a name at any time
                unexpected_field_behavior="ignore",
            ),
        )
        table.validate(full=True)  # that its texts are UTF-8
    except pa.ArrowException:
        raise Unavailable("Mailchimp's answer is no JSON object that can be read.") from None
    if table.num_rows != 1:
        raise Unavailable("Mailchimp's answer is not one JSON object.")
    return table.combine_chunks()


def exploded(table: pa.Table, name: str) -> pa.StructArray:
    """The objects of one array of the answer.

    Args:
        table: an answer, as `decode` gives it.
        name: of the array.

    Returns:
        A struct for each object, in the order of the answer.
    """
    return table.column(name).combine_chunks().flatten()


def int_field(table: pa.Table, name: str) -> int:
    """One number of the answer.

    Args:
        table: an answer, as `decode` gives it.
        name: of the number.

    Returns:
        The number.
    """
    value: int = table.column(name)[0].as_py()
    return value


def parse_timestamps(column: pa.Array) -> pa.Array:
    """Times as Mailchimp writes them, in UTC without a zone; "" is none.

    Args:
        column: texts, as ISO 8601 with an offset.

    Returns:
        Timestamps in microseconds without a zone, NULL for "".

    Raises:
        Unavailable: something else stands where a time belongs.
    """
    given = pc.if_else(pc.equal(column, ""), None, column)
    try:
        return pc.cast(pc.cast(given, pa.timestamp("us", "UTC")), pa.timestamp("us"))
    except pa.ArrowException:
        raise Unavailable("Mailchimp's answer has something else where a time belongs.") from None


def addresses(column: pa.Array) -> pa.Array:
    """Addresses as keys: Mailchimp may answer in another letter case than it was asked in.

    Args:
        column: texts, as an answer has them.

    Returns:
        The same without what does not belong to them at their ends, in lower case.
    """
    return pc.utf8_lower(pc.utf8_trim(column, characters=AROUND_IDENTITIES))


def names_in(text: bytes) -> set[bytes]:
    """The names of all values in JSON text, whatever holds them: each once.

    Args:
        text: JSON, as it was sent.

    Returns:
        The names, as bytes.
    """
    return {found[1] for found in _NAME.finditer(text)}
