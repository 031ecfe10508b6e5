"""Hold an answer to what is documented: whose it is, what is in it, and how much. Pure."""

from collections.abc import Iterator
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from loader.mailchimp.arrow_json import decode
from loader.mailchimp.documented_fields import NUMBER, TEXT, Documented
from loader.mailchimp.http import Request, Response
from loader.model.errors import Unavailable
from loader.model.mailchimp_facts import STATUSES
from loader.model.wording import counted

NO_CONTENT = 204
# what a problem document has, which may come with 200: https://mailchimp.com/developer/marketing/docs/errors/
_PROBLEM = (("title", TEXT), ("detail", TEXT), ("status", NUMBER))


def table(response: Response, documented: Documented) -> pa.Table:
    """An answer as a table of one row, when it is the documented one.

    Args:
        response: Mailchimp's answer.
        documented: what it has to hold.

    Returns:
        One row; the arrays of the answer are lists of structs in it.

    Raises:
        Unavailable: it is another: a column is missing or of another type, a null stands where a
            value belongs, it is about another list, contact or campaign, or has fewer rows than it
            says.
    """
    known = documented.schema.names
    problem = [one for one in _PROBLEM if one[0] not in known]
    # a problem may come with 200, and its names would be missing from the answer as well
    found = decode(response.body, pa.schema([*documented.schema, *problem]))
    if any(found.column(name).null_count == 0 for name, _ in problem):
        raise Unavailable(f"Mailchimp answered {response.status} with a description of a problem.")
    _check_subject(found, response.request, documented)
    if documented.rows:
        _check_row_count(found, response.request, documented.rows)
    return found


def json_object(response: Response, documented: Documented) -> dict[str, Any]:
    """A small answer as Python values, when it is the documented one.

    Args:
        response: Mailchimp's answer.
        documented: what it has to hold.

    Returns:
        The object as it came, with what nobody asked for.

    Raises:
        Unavailable: it is another.
    """
    table(response, documented)
    try:
        found: dict[str, Any] = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        raise Unavailable("Mailchimp's answer is no JSON that can be read.") from None
    return found


def whole(response: Response, documented: Documented) -> dict[str, Any]:
    """A page that has to show all there is, for there can never be more than it holds.

    Args:
        response: Mailchimp's answer.
        documented: the page that it has to be.

    Raises:
        Unavailable: it is another answer, or there are more.
    """
    found = json_object(response, documented)
    if found["total_items"] > len(found[documented.rows]):
        raise Unavailable(f"Mailchimp's answer has fewer {documented.rows} than it says there are.")
    return found


def times_named(response: Response, name: bytes) -> int:
    """How many values of a name are in an answer that was read, without looking at one of them.

    Args:
        response: Mailchimp's answer.
        name: of the values.

    Returns:
        The count; a name in a text does not count, for its quotation marks are escaped.
    """
    return response.body.count(b'"' + name + b'":')


def nothing(response: Response) -> None:
    """The answer to a deletion, which has no content.

    See https://mailchimp.com/developer/marketing/api/list-members/archive-list-member/

    Args:
        response: Mailchimp's answer.

    Raises:
        Unavailable: it has some.
    """
    if response.status != NO_CONTENT or response.body:
        raise Unavailable(
            f"Mailchimp answered {response.status} to a deletion, which has no content."
        )


def _check_subject(found: pa.Table, request: Request, documented: Documented) -> None:
    """See that an answer is about what was asked for."""
    is_single_reading = not (documented.rows or request.is_write)
    wanted = {"status": request.params["status"]} if "status" in request.params else {}
    wanted |= _ids_in_path(request, is_single_reading=is_single_reading)
    for name, values in _columns(found.select(documented.schema.names)):
        # a cache or a proxy may answer with the page of another list
        if name in wanted and not pc.all(pc.equal(values, wanted[name]), min_count=0).as_py():
            raise Unavailable("Mailchimp's answer is about something else than was asked for.")
        if name == "status" and documented.is_of_contacts:
            # a status that nobody knows must not be taken for one that may be mailed
            is_known = pc.is_in(values, value_set=pa.array(STATUSES))
            if not pc.all(is_known, min_count=0).as_py():
                raise Unavailable("Mailchimp's answer has a contact in a status that there is not.")


def _ids_in_path(request: Request, *, is_single_reading: bool) -> dict[str, str]:
    """What the path of a request says of the things that are in the answer."""
    parts = request.path.strip("/").split("/")
    names = {"lists": "list_id", "reports": "campaign_id", "interest-categories": "category_id"}
    found = {
        names[kind]: one
        for kind, one in zip(parts[::2], parts[1::2], strict=False)
        if kind in names
    }
    if "list_id" in request.params:
        found["list_id"] = request.params["list_id"]
    return found | ({"id": parts[-1]} if is_single_reading else {})


def _columns(found: pa.Table) -> Iterator[tuple[str, pa.Array]]:
    """The columns of an answer, those of the objects in its arrays, and of the objects in those."""
    for name in found.column_names:
        column = found.column(name).combine_chunks()
        yield name, column.drop_null()
        if pa.types.is_list(column.type):
            yield from _children(column.flatten())


def _children(rows: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    if pa.types.is_struct(rows.type):
        for index, one in enumerate(rows.type):
            yield one.name, rows.field(index).drop_null()
            yield from _children(rows.field(index))


def _check_row_count(found: pa.Table, request: Request, rows: str) -> None:
    """See that a page has as many rows as its place among all of them leaves it."""
    total = found.column("total_items")[0].as_py()
    count, offset = int(request.params["count"]), int(request.params["offset"])
    shown = len(found.column(rows).combine_chunks().flatten())
    # a page that was cut off would read as if the others had been deleted
    if total < 0 or shown != min(count, max(0, total - offset)):
        raise Unavailable(
            f"Mailchimp's answer has {counted(shown, 'row')}, which is not as many as it says."
        )
