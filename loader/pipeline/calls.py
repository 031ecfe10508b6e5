"""Send a batch and come back with an outcome for each of its contacts, whatever happens."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pyarrow as pa

from loader.errors import NotThere, Refused, Unanswered
from loader.mailchimp.client import Client
from loader.mailchimp.contacts import (
    contacts_answers,
    contacts_request,
    ended,
    existing_answers,
    not_archived,
    status_now,
)
from loader.mailchimp.outcomes import decided
from loader.mailchimp.segments import (
    looked_up,
    membership_answers,
    membership_request,
    unmentioned,
)
from loader.mailchimp.wire import Request, Response
from loader.model import ALONE, Answers, Audience, Batch, Outcome, Route
from loader.pull.segments import membership_now
from loader.warehouse.acks import FLUSH_ROWS, Acknowledgements

Count = Callable[[Answers], None]

# so many in a row without an answer, and it is not the contacts: batches while Mailchimp is away,
# or single contacts while it answers other requests
SILENCES, SILENCES_ALONE = 3, 20
# failures of one call, while Mailchimp answers others, after which it is taken to be the cause
TRIES, TRIES_ALONE = 3, 6
METHOD_NOT_ALLOWED = 405


class Calls:
    """The writes of one audience to its list, and what is done with the answers."""

    def __init__(
        self,
        client: Client,
        audience: Audience,
        segment_id: int | None,
        *,
        acknowledgements: Acknowledgements,
        count: Count,
        workers: int,
    ) -> None:
        self._client = client
        self._audience = audience
        self._segment_id = segment_id
        self._acknowledgements = acknowledgements
        self._count = count
        self._workers = workers
        self._unmentioned: list[Answers] = []
        self._unsettled: list[Answers] = []
        self._members: asyncio.Future[pa.Array] | None = None
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
        if batch.route is Route.ARCHIVE and (gone := await self._gone(batch)) is not None:
            return [gone]
        request, read = self._call(batch)
        tries = TRIES_ALONE if batch.size == 1 else TRIES
        try:
            answers = await self._client.ask(request, read, tries=tries)
        except Refused as refusal:
            return await self._refused(batch, refusal)
        except NotThere:
            return [self._not_there(batch)]
        except Unanswered as silence:
            if silence.is_only_this and batch.size > 1:
                return await self._halved(batch, is_repeated=True)
            return [self._silent(batch, silence)]
        self._silences.clear()
        return [answers]

    async def record(self, answers: list[Answers]) -> None:
        """Acknowledge the outcomes of a batch; memberships without a word are looked up."""
        for one in answers:
            settled = one
            if one.route.is_segment and one.answered_at is not None:
                settled, rest = unmentioned(one)
                self._unmentioned += [rest] if rest.rows.num_rows else []
            await self._acknowledge(settled)
        if sum(one.rows.num_rows for one in self._unmentioned) >= FLUSH_ROWS:
            await self._compare()

    async def look_up(self) -> None:
        """Read who is in the segment, when answers left open whether somebody is."""
        if self._unmentioned:
            await self._compare()
        if self._unsettled:
            members = await self._read_members()
            while self._unsettled:
                await self._acknowledge(looked_up(self._unsettled.pop(), members))

    async def _compare(self) -> None:
        """Settle the unmentioned with who was in the segment when the first of them came.

        Who is not as wanted there may have been moved since, by a call whose answer left them out.
        """
        taken, self._unmentioned = self._unmentioned, []
        if self._members is None:
            self._members = asyncio.ensure_future(self._read_members())
        members = await asyncio.shield(self._members)
        for one in taken:
            settled, rest = unmentioned(looked_up(one, members))
            await self._acknowledge(settled)
            self._unsettled += [rest] if rest.rows.num_rows else []

    async def _read_members(self) -> pa.Array:
        if self._segment_id is None:
            raise AssertionError("memberships are answered for an audience with a segment only")
        return await membership_now(
            self._client, self._audience.list_id, self._segment_id, workers=self._workers
        )

    async def _acknowledge(self, answers: Answers) -> None:
        if answers.rows.num_rows:
            segment = (self._audience.segment or "") if answers.route.is_segment else ""
            await self._acknowledgements.record(answers, segment)
            self._count(answers)

    def _call(self, batch: Batch) -> tuple[Request, Callable[[Response], Answers]]:
        list_id = self._audience.list_id
        if batch.route.is_segment:
            if self._segment_id is None:
                raise AssertionError("a membership is planned for an audience with a segment only")
            request = membership_request(list_id, self._segment_id, batch)
            return request, lambda response: membership_answers(batch, response)
        return contacts_request(list_id, batch), lambda response: self._contacts(batch, response)

    def _contacts(self, batch: Batch, response: Response) -> Answers:
        answers = contacts_answers(batch, response, self._audience.kept_status)
        if batch.route is not Route.CREATE:
            return answers
        return existing_answers(answers, is_repeated=batch.is_repeated or response.is_repeated)

    async def _halved(self, batch: Batch, *, is_repeated: bool) -> list[Answers]:
        first, second = batch.halves(is_repeated=is_repeated)
        await self.record(await self.send(first))  # whatever becomes of the second
        return await self.send(second)

    async def _gone(self, batch: Batch) -> Answers | None:
        """Somebody who ended it themselves since the list was read is not archived over it.

        They would look like somebody whom we archived while they were subscribed, and be revived.
        """
        request = status_now(self._audience.list_id, batch)
        try:
            return await self._client.ask(request, lambda response: ended(batch, response))
        except (NotThere, Unanswered):
            return None  # the archive itself says so

    async def _refused(self, batch: Batch, refusal: Refused) -> list[Answers]:
        if batch.size > 1:
            return await self._halved(batch, is_repeated=refusal.is_repeated)
        self._silences.clear()
        if batch.route is Route.ARCHIVE and refusal.status == METHOD_NOT_ALLOWED:
            request = status_now(self._audience.list_id, batch)
            answer = await self._client.ask(
                request, lambda response: not_archived(batch, response, refusal)
            )
            return [answer]
        return [decided(batch, Outcome.REJECTED, reason=refusal.title, text=refusal.detail)]

    def _not_there(self, batch: Batch) -> Answers:
        if batch.route is Route.ARCHIVE:
            return decided(batch, Outcome.ACCEPTED, reason="not on the list")
        if batch.route is Route.REVIVE:
            return decided(batch, Outcome.HELD, reason="not on the list yet")
        what = f"segment {self._segment_id} of the " if batch.route.is_segment else ""
        raise NotThere(
            f"The {what}list {self._audience.list_id} is gone since the run began. What was"
            " answered before is kept. Run again to see what there is."
        )

    def _silent(self, batch: Batch, silence: Unanswered) -> Answers:
        # this batch may have been written: it is acknowledged as unknown before the run gives up
        self._silences[silence.is_only_this] += 1
        most = SILENCES_ALONE if silence.is_only_this else SILENCES
        self._silence = silence if self._silences[silence.is_only_this] >= most else self._silence
        reason = ALONE if silence.is_only_this else "no usable answer"
        return decided(batch, Outcome.UNKNOWN, reason=reason)
