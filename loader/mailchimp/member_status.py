"""The status of one member: read before a write that must not undo another, and after it. Pure."""

import hashlib
from datetime import UTC, datetime

from loader.mailchimp.batch_results import (
    refused,
    uniform_result,
)
from loader.mailchimp.documented_fields import (
    MEMBER,
    single_request,
)
from loader.mailchimp.http import Request, Response
from loader.mailchimp.response_checks import json_object
from loader.model.batch import Batch, BatchResult, Outcome
from loader.model.errors import RequestRejected, Unavailable
from loader.model.reasons import already, since


def member_status_of_batch(list_id: str, batch: Batch) -> Request:
    """The call that reads the status of the one contact of a batch.

    Args:
        list_id: Mailchimp's id of the list.
        batch: of one contact.
    """
    return member_status_request(list_id, str(batch.rows.column("email_address")[0]))


def member_status_request(list_id: str, address: str) -> Request:
    """The call that reads the status of one contact.

    Args:
        list_id: Mailchimp's id of the list.
        address: of the contact.

    Returns:
        The call; an archived contact answers it too:
        https://mailchimp.com/developer/marketing/api/list-members/get-member-info/
    """
    path = f"/lists/{list_id}/members/{subscriber_hash(address)}"
    return single_request(path, MEMBER)


def exists(response: Response) -> bool:
    """Whether the list has the contact whose status was read.

    Args:
        response: Mailchimp's answer.

    Returns:
        True: who is not on the list is an answer of 404, which is raised before.

    Raises:
        Unavailable: the answer cannot be read.
    """
    return bool(_status(response))


def already_left(batch: Batch, response: Response) -> BatchResult | None:
    """The outcome for somebody who unsubscribed or bounced before they could be archived.

    Args:
        batch: of the one contact that is to be archived.
        response: Mailchimp's answer.

    Returns:
        Accepted, with the reason; None for somebody who has to be archived still.

    Raises:
        Unavailable: the answer cannot be read.
    """
    status = _status(response)
    if status not in ("unsubscribed", "cleaned"):
        return None
    return uniform_result(batch, Outcome.ACCEPTED, code=already(status))


def archived(batch: Batch, response: Response) -> BatchResult:
    """What became of somebody whom we have archived, as the list shows them right after it.

    The answer is as old as Mailchimp says the contact is (`last_changed`): whoever changes it later
    changes that too, and no clock of ours or of a server before it has a word in it.

    Args:
        batch: of the one contact that was archived.
        response: Mailchimp's answer.

    Returns:
        Accepted, with the moment of the archive, or with the status that came since.

    Raises:
        Unavailable: the answer cannot be read.
    """
    status, changed = _seen(response)
    # somebody changed them right after: without a moment they are not taken for archived by us
    if status != "archived":
        return uniform_result(batch, Outcome.ACCEPTED, code=since(status))
    return uniform_result(batch, Outcome.ACCEPTED, answered_at=changed)


def touched(batch: Batch, response: Response) -> BatchResult | None:
    """The outcome for somebody who is not as we archived them any more, and stays so.

    Args:
        batch: of the one contact that is wanted again.
        response: Mailchimp's answer.

    Returns:
        Held, with the status; None for somebody who is as we archived them.

    Raises:
        Unavailable: the answer cannot be read.
    """
    status, changed = _seen(response)
    known = batch.rows.column("last_changed")[0].as_py()
    # the moment tells our archive from one by hand
    if status == "archived" and changed == known:
        return None
    return uniform_result(batch, Outcome.HELD, code=status, answered_at=response.answered_at)


def archive_refused(batch: Batch, response: Response, refusal: RequestRejected) -> BatchResult:
    """What became of somebody whom Mailchimp will not archive, by their status afterwards.

    They are gone already: by our own first try, when its answer was lost, or by somebody else.

    Args:
        batch: of the one contact that was to be archived.
        response: the status of the contact, read after the refusal.
        refusal: what Mailchimp said to the archive: 405 for who is archived, bounced or pending.

    Returns:
        Accepted where they are gone, else rejected with what Mailchimp says.

    Raises:
        Unavailable: the answer cannot be read.
    """
    status = _status(response)
    if status == "archived" and refusal.may_have_been_applied:
        return archived(batch, response)
    if status in ("archived", "unsubscribed", "cleaned"):
        return uniform_result(batch, Outcome.ACCEPTED, code=already(status))
    return refused(batch, refusal)


def _status(response: Response) -> str:
    """The status that was read."""
    return _seen(response)[0]


def _seen(response: Response) -> tuple[str, datetime]:
    """The status that was read, and when the contact was changed last, in UTC without a zone."""
    found = json_object(response, MEMBER)
    try:
        changed = datetime.fromisoformat(found["last_changed"])
    except ValueError:
        raise Unavailable("Mailchimp's answer has a time that cannot be read.") from None
    in_utc = changed.astimezone(UTC) if changed.tzinfo else changed
    return str(found["status"]), in_utc.replace(tzinfo=None)


def subscriber_hash(address: str) -> str:
    """The id of a contact on every list: the md5 of the lower-cased address.

    See https://mailchimp.com/developer/marketing/api/list-members/get-member-info/

    Args:
        address: normalised: trimmed, and in lower case.

    Returns:
        32 hexadecimal digits.
    """
    # the id, and no secret
    return hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()
