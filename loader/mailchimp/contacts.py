"""Contacts: a batch becomes a request, the response becomes an outcome for each contact. Pure."""

from dataclasses import replace
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from loader.mailchimp.arrow_json import addresses, exploded, int_field
from loader.mailchimp.batch_results import (
    is_all_shown,
    not_shown,
    per_contact_result,
    uniform_result,
)
from loader.mailchimp.documented_fields import (
    CONTACTS,
    MEMBER_PERMISSIONS,
    MEMBER_STORED,
    Documented,
)
from loader.mailchimp.http import Request, Response
from loader.mailchimp.member_status import subscriber_hash
from loader.mailchimp.response_checks import json_object, nothing, table
from loader.model.batch import Batch, BatchResult, Operation, Outcome
from loader.model.errors import Unavailable
from loader.model.mailchimp_facts import GONE
from loader.model.reasons import EXISTS, NOT_MENTIONED, VALUES_NOT_SHOWN


def contacts_request(list_id: str, batch: Batch) -> Request:
    """The call that tells Mailchimp about a batch of contacts.

    Creating alone leaves existing contacts as they are. Who leaves is sent without merge fields, so
    a required one must not stand in the way:
    https://mailchimp.com/developer/marketing/api/lists/batch-subscribe-or-unsubscribe/

    Args:
        list_id: Mailchimp's id of the list.
        batch: what is sent; where there is no bulk call, of one contact.

    Returns:
        The call: POST for many, PUT, PATCH or DELETE for one.
    """
    if batch.route.is_single_call:
        return _single_request(list_id, batch)
    leaves = batch.route in (Operation.WITHDRAW, Operation.UNSUBSCRIBE)
    update = b"false" if batch.route is Operation.CREATE else b"true"
    return Request(
        method="POST",
        path=f"/lists/{list_id}",
        # who asks to be let go must not wait for a value that they do not want to give
        params={"skip_merge_validation": "true"} if leaves else {},
        body=b'{"update_existing":' + update + b',"members":[' + batch.body + b"]}",
    )


def contacts_answers(batch: Batch, response: Response) -> BatchResult:
    """What became of each contact, whatever the HTTP status said of all of them.

    A contact is accepted when the answer names it with a status in which the audience keeps its
    contacts (for a leave: one that gets no campaign), and shows every merge field and interest that
    it was sent with: of a name that the list has not got, Mailchimp stores nothing and says nothing
    (https://mailchimp.com/developer/marketing/docs/merge-fields/). One with another status is held,
    one among the errors is rejected, and one that is not mentioned, or not shown as it was sent, is
    unknown.

    Args:
        batch: what was sent.
        response: Mailchimp's answer.

    Returns:
        A row a contact, with the columns of `SCHEMA`.

    Raises:
        Unavailable: the answer cannot be read; nobody knows what was done.
    """
    if batch.route.is_single_call:
        return _single_answer(batch, response)
    answer = table(response, CONTACTS)
    # the two arrays and the errors have no index: a row is found by its address
    stored = pa.concat_arrays(
        [exploded(answer, "new_members"), exploded(answer, "updated_members")]
    )
    errors = exploded(answer, "errors")
    asked = batch.rows.column("email_address")
    positions = pc.index_in(asked, value_set=addresses(stored.field("email_address")))
    statuses = stored.field("status").take(positions)
    is_accepted = _is_as_wanted(batch, statuses)
    totals = [int_field(answer, name) for name in ("total_created", "total_updated", "error_count")]
    shows_all = is_all_shown(batch, response, contacts=len(stored))
    # nearly every answer: nothing has to be looked at row by row
    if sum(totals) == batch.size and not len(errors) and shows_all and pc.all(is_accepted).as_py():
        return _accept_all(batch, response)
    return per_contact_result(
        batch,
        response,
        is_accepted=is_accepted,
        held=statuses,
        errors=_texts(errors),
        not_shown={} if shows_all else not_shown(batch, _members(response)),
    )


def _is_as_wanted(batch: Batch, statuses: pa.StringArray) -> pa.BooleanArray:
    """Whether each contact has a status that its audience wants of it; False where it has none."""
    if _leaves(batch.route):
        return pc.is_in(statuses, value_set=pa.array(GONE))
    # somebody who is subscribed by now said yes elsewhere, and is as good
    is_kept = pc.equal(statuses, batch.rows.column("maintained_status"))
    return pc.fill_null(pc.or_(is_kept, pc.equal(statuses, "subscribed")), fill_value=False)


def treat_existing(answers: BatchResult, *, may_have_been_applied: bool) -> BatchResult:
    """Somebody who came onto the list after it was read is no refusal when only creating.

    Args:
        answers: of a batch that only creates.
        may_have_been_applied: whether an earlier try may have been carried out: then it is not
            known who put them there.

    Returns:
        The same, where who exists is held, or unknown.
    """
    codes = pa.array(["ERROR_CONTACT_EXISTS"])
    is_there = pc.is_in(
        answers.rows.column("mailchimp_code"), value_set=codes
    )  # false where it is NULL
    outcome = Outcome.UNKNOWN if may_have_been_applied else Outcome.HELD
    columns = {name: answers.rows.column(name) for name in answers.rows.schema.names}
    columns["outcome"] = pc.if_else(is_there, outcome.value, columns["outcome"])
    columns["reason_code"] = pc.if_else(is_there, EXISTS, columns["reason_code"])
    for name in ("message", "mailchimp_code"):  # it is no refusal
        columns[name] = pc.if_else(is_there, None, columns[name])
    rows = pa.record_batch(list(columns.values()), schema=answers.rows.schema)
    return replace(answers, rows=rows)


def permissions_answers(batch: Batch, response: Response) -> BatchResult:
    """A contact's permissions are accepted when the answer shows them as they were asked for.

    Args:
        batch: of one contact.
        response: Mailchimp's answer.

    Returns:
        Accepted, or unknown where the answer shows them otherwise.

    Raises:
        Unavailable: the answer cannot be read.
    """
    answer = _stored(batch, response, MEMBER_PERMISSIONS)["marketing_permissions"]
    shown = {one["marketing_permission_id"]: one["enabled"] for one in answer}
    wanted = orjson.loads(batch.body)["marketing_permissions"]
    if all(shown.get(one["marketing_permission_id"]) == one["enabled"] for one in wanted):
        return _accept_all(batch, response)
    at = response.answered_at
    return uniform_result(batch, Outcome.UNKNOWN, code=NOT_MENTIONED, answered_at=at)


def _single_request(list_id: str, batch: Batch) -> Request:
    is_change = batch.route is Operation.CHANGE_ADDRESS
    path = _path(list_id, batch, "current_email" if is_change else "email_address")
    if batch.route is Operation.ARCHIVE:
        return Request(method="DELETE", path=path)
    # PUT brings back who is archived; PATCH is answered with 404 for who is not on the list
    method = "PUT" if batch.route is Operation.REVIVE else "PATCH"
    return Request(method=method, path=path, body=batch.body)


def _path(list_id: str, batch: Batch, column: str = "email_address") -> str:
    address = str(batch.rows.column(column)[0])
    return f"/lists/{list_id}/members/{subscriber_hash(address)}"


def _single_answer(batch: Batch, response: Response) -> BatchResult:
    """An archive has no content; another write is accepted when the status came back as wanted."""
    # 204 is all that it says
    if batch.route is Operation.ARCHIVE:
        nothing(response)
        return _accept_all(batch, response)
    if batch.route is Operation.PERMISSIONS:
        return permissions_answers(batch, response)
    stored = _stored(batch, response, MEMBER_STORED)
    status = str(stored["status"])
    kept = str(batch.rows.column("maintained_status")[0])
    if status != "subscribed" and not (batch.route is Operation.CHANGE_ADDRESS and status == kept):
        return uniform_result(batch, Outcome.HELD, code=status, answered_at=response.answered_at)
    for missing in not_shown(batch, [stored]).values():
        at = response.answered_at
        code = VALUES_NOT_SHOWN
        return uniform_result(batch, Outcome.UNKNOWN, code=code, message=missing, answered_at=at)
    return _accept_all(batch, response)


def _stored(batch: Batch, response: Response, documented: Documented) -> dict[str, Any]:
    """The one contact of a batch as it was stored."""
    found = json_object(response, documented)
    asked = batch.rows.column("email_address")
    if not addresses(pa.array([found["email_address"]], pa.string())).equals(asked):
        raise Unavailable("Mailchimp's answer is about somebody else.")
    return found


def _members(response: Response) -> list[dict[str, Any]]:
    """The contacts that a call has created and updated."""
    answer = json_object(response, CONTACTS)
    return [*answer["new_members"], *answer["updated_members"]]


def _leaves(route: Operation) -> bool:
    return route in (Operation.WITHDRAW, Operation.UNSUBSCRIBE)


def _accept_all(batch: Batch, response: Response) -> BatchResult:
    return uniform_result(batch, Outcome.ACCEPTED, answered_at=response.answered_at)


def _texts(errors: pa.StructArray) -> dict[str, tuple[str, str]]:
    """The code and the text of each contact among the errors."""
    keys = addresses(errors.field("email_address")).to_pylist()
    return {
        key: (error["error_code"] or "", _text(error))
        for key, error in zip(keys, errors.to_pylist(), strict=True)
    }


def _text(error: dict[str, str | None]) -> str:
    """What Mailchimp says of a contact, and of the merge field that it minds."""
    text = error["error"] or ""
    return f"{text} {error['field']}: {error['field_message']}" if error["field"] else text
