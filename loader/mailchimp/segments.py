"""Segments: membership becomes requests, the response becomes an outcome a contact. Pure."""

from dataclasses import replace

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from loader.mailchimp.arrow_json import addresses, exploded, int_field
from loader.mailchimp.batch_results import per_contact_result, uniform_result
from loader.mailchimp.documented_fields import MEMBERSHIPS, SEGMENT, SEGMENT_MEMBERS, page_request
from loader.mailchimp.http import Request, Response
from loader.mailchimp.response_checks import json_object, table
from loader.model.addresses import name_key
from loader.model.batch import Batch, BatchResult, Outcome
from loader.model.errors import Unavailable
from loader.model.mailchimp_facts import PAGE
from loader.model.reasons import NOT_MENTIONED


def membership_request(list_id: str, segment_id: int, batch: Batch) -> Request:
    """The call that puts a batch into a segment or takes it out.

    See https://mailchimp.com/developer/marketing/api/list-segments/

    Args:
        list_id: Mailchimp's id of the list.
        segment_id: the id of the segment or tag.
        batch: who is put in or taken out, 500 at the most.
    """
    which = b"members_to_add" if batch.route.is_add else b"members_to_remove"
    return Request(
        method="POST",
        path=f"/lists/{list_id}/segments/{segment_id}",
        body=b'{"' + which + b'":[' + batch.body + b"]}",
    )


def membership_answers(batch: Batch, response: Response) -> BatchResult:
    """What became of each membership; who is not mentioned is unknown until somebody looks.

    Mailchimp leaves out of its answer both who was in the segment before and who is not on the
    list, so silence is neither a yes nor a no.

    Args:
        batch: what was sent.
        response: Mailchimp's answer.

    Returns:
        A row a contact, with the columns of `SCHEMA`.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = table(response, MEMBERSHIPS)
    is_add = batch.route.is_add
    moved = exploded(answer, "members_added" if is_add else "members_removed")
    asked = batch.rows.column("email_address")
    is_accepted = pc.is_in(asked, value_set=addresses(moved.field("email_address")))
    # nearly every answer; the totals are not asked, for they count who was in it before as nobody
    errors = _texts(answer)
    if not errors and pc.all(is_accepted).as_py():
        return uniform_result(batch, Outcome.ACCEPTED, answered_at=response.answered_at)
    nothing = pa.nulls(batch.size, pa.string())
    return per_contact_result(
        batch, response, is_accepted=is_accepted, held=nothing, errors=errors, not_shown={}
    )


def partition_members(batch: Batch, members: pa.Array) -> tuple[Batch, Batch]:
    """Part a batch by who is in its segment.

    Args:
        batch: of one segment.
        members: the addresses of who is in it.

    Returns:
        Those who are in it, and those who are not.
    """
    is_in = pc.is_in(batch.rows.column("email_address"), value_set=addresses(members))
    there, others = batch.rows.filter(is_in), batch.rows.filter(pc.invert(is_in))
    return replace(batch, rows=there), replace(batch, rows=others)


def split_unconfirmed(answers: BatchResult) -> tuple[BatchResult, BatchResult]:
    """Part the memberships that an answer settled from those that it did not mention.

    Args:
        answers: as `membership_answers` gives them.

    Returns:
        The settled ones, and the unmentioned ones.
    """
    is_open = pc.fill_null(
        pc.equal(answers.rows.column("reason_code"), NOT_MENTIONED), fill_value=False
    )
    return (
        replace(answers, rows=answers.rows.filter(pc.invert(is_open))),
        replace(answers, rows=answers.rows.filter(is_open)),
    )


def confirm_by_membership(
    answers: BatchResult, members: pa.Array, archived: pa.Array
) -> BatchResult:
    """Settle the unmentioned by who is in the segment now.

    Whoever is archived would not be seen there, and is held.

    Args:
        answers: the unmentioned ones.
        members: the addresses of who is in the segment now.
        archived: the addresses of who was archived since the list was read.

    Returns:
        The same: accepted where the segment is as wanted, else still unknown.
    """
    asked = answers.rows.column("email_address")
    is_in = pc.is_in(asked, value_set=addresses(members))
    is_hidden = pc.is_in(asked, value_set=addresses(archived))
    is_right = is_in if answers.route.is_add else pc.invert(is_in)
    columns = {name: answers.rows.column(name) for name in answers.rows.schema.names}
    outcome = pc.if_else(is_right, "accepted", "unknown")
    code = pc.if_else(is_right, None, columns["reason_code"])
    columns["outcome"] = pc.if_else(is_hidden, "held", outcome)
    columns["reason_code"] = pc.if_else(is_hidden, "archived", code)
    rows = pa.record_batch(list(columns.values()), schema=answers.rows.schema)
    return replace(answers, rows=rows)


def make_segment(list_id: str, name: str) -> Request:
    """The call that makes an empty static segment, which Mailchimp also shows as a tag.

    Args:
        list_id: Mailchimp's id of the list.
        name: of the segment or tag.

    Returns:
        The call; see https://mailchimp.com/developer/marketing/api/list-segments/add-segment/
    """
    body = orjson.dumps({"name": name, "static_segment": []})
    return Request(method="POST", path=f"/lists/{list_id}/segments", body=body)


def segment_made(name: str, response: Response) -> int:
    """The id of a segment that was made.

    Args:
        name: that was asked for.
        response: Mailchimp's answer.

    Raises:
        Unavailable: the answer is about none, or another.
    """
    answer = json_object(response, SEGMENT)
    # Mailchimp keeps the letter case of whoever made it first
    if name_key(answer["name"]) != name_key(name):
        raise Unavailable("Mailchimp's answer is about another segment.")
    found: int = answer["id"]
    return found


def delete_segment(list_id: str, segment_id: int) -> Request:
    """The call that deletes a segment; its members stay on the list.

    Args:
        list_id: Mailchimp's id of the list.
        segment_id: the id of the segment or tag.

    Returns:
        The call; see https://mailchimp.com/developer/marketing/api/list-segments/delete-segment/
    """
    return Request(method="DELETE", path=f"/lists/{list_id}/segments/{segment_id}")


def segment_members_request(list_id: str, segment_id: int, offset: int) -> Request:
    """A page of who is in a segment, whatever their status.

    Args:
        list_id: Mailchimp's id of the list.
        segment_id: the id of the segment or tag.
        offset: how many rows come before the page.

    Returns:
        The call; without `include_...` it shows active contacts alone:
        https://mailchimp.com/developer/marketing/api/list-segment-members/list-members-in-segment/
    """
    path = f"/lists/{list_id}/segments/{segment_id}/members"
    request = page_request(path, SEGMENT_MEMBERS, count=PAGE, offset=offset)
    # who is in it without being mailed would else seem to be out of it, and be put in again
    kinds = ("cleaned", "transactional", "unsubscribed")
    request.params.update({f"include_{kind}": "true" for kind in kinds})
    return request


def segment_members(response: Response) -> tuple[pa.Array, int]:
    """Who is on such a page.

    Args:
        response: Mailchimp's answer.

    Returns:
        Their addresses as keys, and how many members there are in all.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = table(response, SEGMENT_MEMBERS)
    found = addresses(exploded(answer, "members").field("email_address"))
    return found, int_field(answer, "total_items")


def _texts(answer: pa.Table) -> dict[str, tuple[str, str]]:
    """The text of each address among the errors."""
    errors = exploded(answer, "errors")
    named = errors.field("email_addresses")
    texts = errors.field("error").take(pc.list_parent_indices(named)).to_pylist()
    keys = addresses(named.flatten()).to_pylist()
    return {key: ("", text or "") for key, text in zip(keys, texts, strict=True)}
