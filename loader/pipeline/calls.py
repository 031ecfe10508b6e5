"""Send a batch and come back with an outcome for each of its contacts, whatever happens."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping

import pyarrow as pa

from loader.errors import MailchimpError, NotThere, Refused, Unanswered
from loader.mailchimp.client import Client
from loader.mailchimp.contacts import (
    archived,
    contacts_answers,
    contacts_request,
    ended,
    existing_answers,
    is_there,
    not_archived,
    status_now,
    touched,
)
from loader.mailchimp.outcomes import decided
from loader.mailchimp.segments import membership_answers, membership_request, split
from loader.mailchimp.wire import Request, Response
from loader.model import ALONE, NOT_THERE, SHOWN, Answers, Batch, Outcome, Route
from loader.pipeline.lookups import ListNow, Lookups
from loader.warehouse.acks import Acknowledgements

Count = Callable[[Answers], None]
Look = Callable[[Batch, Response], Answers | None]

# what is looked at right before a write that must not be done to a contact that somebody else has
# changed since the list was read: who ended it themselves is not archived over it, and only whom
# we archived, and nobody touched since, is subscribed again
LOOKS: Mapping[Route, Look] = {Route.ARCHIVE: ended, Route.REVIVE: touched}

# so many in a row without an answer, and it is not the contacts: batches while Mailchimp is away,
# or single contacts while it answers other requests
SILENCES, SILENCES_ALONE = 3, 20
# failures of one call, while Mailchimp answers others, after which it is taken to be the cause
TRIES, TRIES_ALONE = 3, 6
METHOD_NOT_ALLOWED = 405


class Calls:
    """The writes to one list, and what is done with the answers.

    A call counts for the audience of its first contact; `clients` has one for each audience.
    """

    def __init__(
        self,
        clients: Mapping[str, Client],
        now: ListNow,
        *,
        acknowledgements: Acknowledgements,
        count: Count,
    ) -> None:
        self._clients = clients
        self._list_id = now.list_id
        self._segments = now.segments
        self._acknowledgements = acknowledgements
        self._count = count
        self._lookups = Lookups(self._acknowledge, now)
        self._silences: Counter[bool] = Counter()  # by whether Mailchimp answered others
        self._silence: Unanswered | None = None

    async def send(self, batch: Batch) -> list[Answers]:
        """The outcome of each contact of a batch.

        A batch that Mailchimp refuses as a whole, or cannot take while it answers others, is halved
        until the contact that it minds stands alone; the others are accepted. Where no usable
        answer came, nobody knows what was done.

        Raises:
            MailchimpError: the credentials, the list or the segment are gone, or Mailchimp is.
        """
        if self._silence is not None:
            raise self._silence
        look = LOOKS.get(batch.route)
        if look is not None and (found := await self._found(batch, look)) is not None:
            return [found]
        try:
            answers = await self._ask(batch)
        except Refused as refusal:
            return await self._refused(batch, refusal)
        except NotThere:
            return [await self._not_there(batch)]
        except Unanswered as silence:
            if silence.is_only_this and batch.size > 1:
                return await self._halved(batch, is_repeated=True)
            return [self._silent(batch, silence)]
        self._silences.clear()
        return [await self._archived(batch) if batch.route is Route.ARCHIVE else answers]

    async def _ask(self, batch: Batch) -> Answers:
        request, read = self._call(batch)
        tries = TRIES_ALONE if batch.size == 1 else TRIES
        try:
            return await self._client(batch).ask(request, read, tries=tries)
        except (Refused, NotThere, Unanswered):
            raise
        except MailchimpError as error:
            if error.is_repeated:  # nobody knows what became of the tries before
                await self.record([decided(batch, Outcome.UNKNOWN, reason="no usable answer")])
            raise

    async def record(self, answers: list[Answers]) -> None:
        """Acknowledge the outcomes of a batch; memberships without a word are looked up."""
        for one in answers:
            is_membership = one.route.is_membership
            await self._acknowledge(await self._lookups.settled(one) if is_membership else one)

    async def unsettled(
        self, batches: AsyncIterator[Batch], inside: Mapping[str, pa.Array]
    ) -> AsyncIterator[Batch]:
        """The batches without those who are in their segment already, which is recorded."""
        async for batch in batches:
            rest = batch
            if batch.route.is_add and batch.segment in inside:
                there, rest = split(batch, inside[batch.segment])
                await self.record([decided(there, Outcome.ACCEPTED, reason=SHOWN)])
            if rest.size:
                yield rest

    async def look_up(self) -> None:
        """Read who is in the segments, when answers left open whether somebody is."""
        await self._lookups.finish()

    def _client(self, batch: Batch) -> Client:
        return self._clients[str(batch.rows.column("audience")[0])]

    async def _acknowledge(self, answers: Answers) -> None:
        if answers.rows.num_rows:
            await self._acknowledgements.record(answers)
            self._count(answers)

    def _call(self, batch: Batch) -> tuple[Request, Callable[[Response], Answers]]:
        list_id = self._list_id
        if batch.route.is_membership:
            request = membership_request(list_id, self._segments[batch.segment], batch)
            return request, lambda response: membership_answers(batch, response)
        return contacts_request(list_id, batch), lambda response: self._contacts(batch, response)

    def _contacts(self, batch: Batch, response: Response) -> Answers:
        answers = contacts_answers(batch, response)
        if batch.route is not Route.CREATE:
            return answers
        return existing_answers(answers, is_repeated=batch.is_repeated or response.is_repeated)

    async def _halved(self, batch: Batch, *, is_repeated: bool) -> list[Answers]:
        first, second = batch.halves(is_repeated=is_repeated)
        await self.record(await self.send(first))  # whatever becomes of the second
        return await self.send(second)

    async def _found(self, batch: Batch, look: Look) -> Answers | None:
        """What a look at the contact right before the write says instead of it."""
        request = status_now(self._list_id, batch)
        try:
            return await self._client(batch).ask(request, lambda response: look(batch, response))
        except NotThere:
            return await self._not_there(batch)
        except Unanswered as silence:
            return self._silent(batch, silence)

    async def _archived(self, batch: Batch) -> Answers:
        """What somebody looks like whom we have archived just now."""
        request = status_now(self._list_id, batch)
        try:
            return await self._client(batch).ask(
                request, lambda response: archived(batch, response)
            )
        except MailchimpError:  # the archive was answered; only what came after it is not known
            return decided(batch, Outcome.ACCEPTED, reason="not seen since")

    async def _refused(self, batch: Batch, refusal: Refused) -> list[Answers]:
        if batch.size > 1:
            return await self._halved(batch, is_repeated=refusal.is_repeated)
        self._silences.clear()
        if batch.route is Route.ARCHIVE and refusal.status == METHOD_NOT_ALLOWED:
            request = status_now(self._list_id, batch)
            answer = await self._client(batch).ask(
                request, lambda response: not_archived(batch, response, refusal)
            )
            return [answer]
        return [decided(batch, Outcome.REJECTED, reason=refusal.title, text=refusal.detail)]

    async def _not_there(self, batch: Batch) -> Answers:
        if batch.route is Route.ARCHIVE:
            return decided(batch, Outcome.ACCEPTED, reason="not on the list")
        if batch.route is Route.CHANGE_ADDRESS:
            return await self._moved(batch)
        if batch.route.is_single:
            return decided(batch, Outcome.HELD, reason=NOT_THERE)
        what = f"segment '{batch.segment}' of the " if batch.route.is_membership else ""
        raise NotThere(
            f"The {what}list {self._list_id} is gone since the run began. What was"
            " answered before is kept. Run again to see what there is."
        )

    async def _moved(self, batch: Batch) -> Answers:
        """Who is not under the old address may have the new one, from a try that was not heard."""
        request = status_now(self._list_id, batch)
        try:
            await self._client(batch).ask(request, is_there)
        except NotThere:
            return decided(batch, Outcome.HELD, reason=NOT_THERE)
        except Unanswered:
            return decided(batch, Outcome.UNKNOWN, reason="no usable answer")
        return decided(batch, Outcome.ACCEPTED)

    def _silent(self, batch: Batch, silence: Unanswered) -> Answers:
        # this batch may have been written: it is acknowledged as unknown before the run gives up
        self._silences[silence.is_only_this] += 1
        most = SILENCES_ALONE if silence.is_only_this else SILENCES
        self._silence = silence if self._silences[silence.is_only_this] >= most else self._silence
        reason = ALONE if silence.is_only_this else "no usable answer"
        return decided(batch, Outcome.UNKNOWN, reason=reason)
