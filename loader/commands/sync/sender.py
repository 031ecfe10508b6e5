"""Send a batch and give an outcome for each of its contacts, whatever happens."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping

from loader.mailchimp.batch_results import refused, uniform_result
from loader.mailchimp.contacts import contacts_answers, contacts_request, treat_existing
from loader.mailchimp.http import Request, Response
from loader.mailchimp.member_status import (
    already_left,
    archive_refused,
    archived,
    exists,
    member_status_of_batch,
    touched,
)
from loader.mailchimp.segments import membership_answers, membership_request
from loader.mailchimp.transport.client import Client
from loader.model.batch import (
    Batch,
    BatchResult,
    Operation,
    Outcome,
)
from loader.model.errors import MailchimpError, NotFound, NoUsableResponse, RequestRejected
from loader.model.reasons import (
    ALREADY_GONE,
    ISOLATED_FAILURE,
    NO_USABLE_ANSWER,
    NOT_ON_LIST,
    NOT_SEEN_SINCE,
)

CheckBeforeWrite = Callable[[Batch, Response], BatchResult | None]
Results = AsyncGenerator[BatchResult, None]

# what is looked at right before a write that must not be done to a contact that somebody else has
# changed since the list was read: who ended it themselves is not archived over it, and only whom
# we archived, and nobody touched since, is subscribed again
CHECKS_BEFORE_WRITE: Mapping[Operation, CheckBeforeWrite] = {
    Operation.ARCHIVE: already_left,
    Operation.REVIVE: touched,
}

# so many in a row without an answer, and it is not the contacts: batches while Mailchimp is away,
# or single contacts while it answers other requests
UNANSWERED_BATCHES, UNANSWERED_CONTACTS = 3, 20
# failures of one call, while Mailchimp answers others, after which it is taken to be the cause
TRIES_OF_BATCH, TRIES_OF_CONTACT = 3, 6
METHOD_NOT_ALLOWED = 405


class BatchSender:
    """The writes to one list: a batch goes out, results come back, and nothing is recorded here.

    Args:
        clients: one for each audience, by its name; a call counts for the audience of its first
            contact.
        list_id: the list.
        segments: the ids of segments and tags, as the ledger calls them.
    """

    def __init__(
        self, clients: Mapping[str, Client], list_id: str, segments: Mapping[str, int]
    ) -> None:
        self._clients = clients
        self._list_id = list_id
        self._segments = segments
        self._unanswered: Counter[bool] = Counter()  # by whether Mailchimp answered others
        self._outage: NoUsableResponse | None = None

    async def send(self, batch: Batch) -> Results:
        """The outcome of each contact of a batch, as soon as it is known.

        A batch that Mailchimp refuses as a whole, or cannot take while it answers others, is halved
        until the contact that it minds stands alone; the others are accepted. Where no usable
        answer came, nobody knows what was done.

        Args:
            batch: of one route, and for memberships of one segment.

        Yields:
            Results, which together have every contact of the batch once.

        Raises:
            MailchimpError: the credentials, the list or the segment are gone, or Mailchimp is; what
                was given before is known all the same.
        """
        if self._outage is not None:
            raise self._outage
        look = CHECKS_BEFORE_WRITE.get(batch.route)
        if look is not None and (found := await self._check_before_write(batch, look)) is not None:
            yield found
            return
        request, read = self._call(batch)
        tries = TRIES_OF_CONTACT if batch.size == 1 else TRIES_OF_BATCH
        try:
            result = await self._client(batch).request(request, read, tries=tries)
        except MailchimpError as error:
            async for part in self._failed(batch, error):
                yield part
        else:
            self._unanswered.clear()
            is_archive = batch.route is Operation.ARCHIVE
            yield await self._archived(batch) if is_archive else result

    async def _failed(self, batch: Batch, error: MailchimpError) -> Results:
        """What follows when Mailchimp did not take a batch."""
        # nothing tells which contact it minds, so that halves are tried
        if batch.size > 1 and _is_about_contacts(error):
            # of a repeat an existing contact may be our own, and is no refusal
            is_repeat = error.may_have_been_applied or isinstance(error, NoUsableResponse)
            for half in batch.split(may_be_duplicate=is_repeat):
                async for part in self.send(half):
                    yield part
        elif isinstance(error, RequestRejected):
            yield await self._rejected(batch, error)
        elif isinstance(error, NotFound):
            yield await self._not_found(batch)
        elif isinstance(error, NoUsableResponse):
            yield self._unknown(batch, error)
        else:
            if error.may_have_been_applied:  # nobody knows what became of the tries before
                yield uniform_result(batch, Outcome.UNKNOWN, code=NO_USABLE_ANSWER)
            raise error

    def _client(self, batch: Batch) -> Client:
        return self._clients[str(batch.rows.column("audience")[0])]

    def _call(self, batch: Batch) -> tuple[Request, Callable[[Response], BatchResult]]:
        list_id = self._list_id
        if batch.route.is_membership:
            request = membership_request(list_id, self._segments[batch.segment], batch)
            return request, lambda response: membership_answers(batch, response)
        return contacts_request(list_id, batch), lambda response: self._contacts(batch, response)

    def _contacts(self, batch: Batch, response: Response) -> BatchResult:
        answers = contacts_answers(batch, response)
        if batch.route is not Operation.CREATE:
            return answers
        return treat_existing(
            answers, may_have_been_applied=batch.may_be_duplicate or response.may_have_been_applied
        )

    async def _check_before_write(self, batch: Batch, look: CheckBeforeWrite) -> BatchResult | None:
        """What a look at the contact right before the write says instead of it."""
        request = member_status_of_batch(self._list_id, batch)
        try:
            return await self._client(batch).request(
                request, lambda response: look(batch, response)
            )
        except NotFound:
            return await self._not_found(batch)
        except NoUsableResponse as error:
            return self._unknown(batch, error)

    async def _archived(self, batch: Batch) -> BatchResult:
        """What somebody looks like whom we have archived just now."""
        request = member_status_of_batch(self._list_id, batch)
        try:
            return await self._client(batch).request(
                request, lambda response: archived(batch, response)
            )
        except MailchimpError:  # the archive was answered; only what came after it is not known
            return uniform_result(batch, Outcome.ACCEPTED, code=NOT_SEEN_SINCE)

    async def _rejected(self, batch: Batch, error: RequestRejected) -> BatchResult:
        """One contact that Mailchimp refuses."""
        self._unanswered.clear()
        # 405 says that they are archived, bounced or pending, and not which of these
        if batch.route is Operation.ARCHIVE and error.status == METHOD_NOT_ALLOWED:
            request = member_status_of_batch(self._list_id, batch)
            return await self._client(batch).request(
                request, lambda response: archive_refused(batch, response, error)
            )
        return refused(batch, error)

    async def _not_found(self, batch: Batch) -> BatchResult:
        if batch.route is Operation.ARCHIVE:
            return uniform_result(batch, Outcome.ACCEPTED, code=ALREADY_GONE)
        if batch.route is Operation.CHANGE_ADDRESS:
            return await self._already_readdressed(batch)
        if batch.route.is_single_call:
            return uniform_result(batch, Outcome.HELD, code=NOT_ON_LIST)
        what = f"segment '{batch.segment}' of the " if batch.route.is_membership else ""
        raise NotFound(
            f"The {what}list {self._list_id} was deleted during the run. Answers received before"
            " are recorded. Run again to see what is left."
        )

    async def _already_readdressed(self, batch: Batch) -> BatchResult:
        """Who is not under the old address may have the new one, from a try that was not heard."""
        request = member_status_of_batch(self._list_id, batch)
        try:
            await self._client(batch).request(request, exists)
        except NotFound:
            return uniform_result(batch, Outcome.HELD, code=NOT_ON_LIST)
        except NoUsableResponse:
            return uniform_result(batch, Outcome.UNKNOWN, code=NO_USABLE_ANSWER)
        return uniform_result(batch, Outcome.ACCEPTED)

    def _unknown(self, batch: Batch, error: NoUsableResponse) -> BatchResult:
        # this batch may have been written: it is acknowledged as unknown before the run gives up
        self._unanswered[error.is_request_specific] += 1
        most = UNANSWERED_CONTACTS if error.is_request_specific else UNANSWERED_BATCHES
        self._outage = (
            error if self._unanswered[error.is_request_specific] >= most else self._outage
        )
        code = ISOLATED_FAILURE if error.is_request_specific else NO_USABLE_ANSWER
        return uniform_result(batch, Outcome.UNKNOWN, code=code)


def _is_about_contacts(error: MailchimpError) -> bool:
    """Whether one contact of a batch may be the cause, so that the others can be taken."""
    return isinstance(error, RequestRejected) or (
        isinstance(error, NoUsableResponse) and error.is_request_specific
    )
