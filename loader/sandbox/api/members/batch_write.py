"""The main write path: up to 500 contacts of one list in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loader.sandbox.problems import Problem, invalid, invalid_field
from loader.sandbox.rules import addresses, member_write
from loader.sandbox.rules.interests_and_permissions import PreferenceRules
from loader.sandbox.rules.member_write import WriteContext
from loader.sandbox.rules.merge_field_schema import MergeFieldSchema
from loader.sandbox.spelling import name_key, subscriber_hash
from loader.sandbox.state import interests, lists, merge_fields
from loader.sandbox.state.contacts import blocked_addresses, members
from loader.sandbox.state.contacts.member_json import BATCH_MEMBER, MemberJson
from loader.sandbox.state.segments import membership, segments

if TYPE_CHECKING:
    from collections.abc import Collection

    from loader.sandbox.document import Document
    from loader.sandbox.http.call import Call
    from loader.sandbox.state.contacts.members import Member
    from loader.sandbox.state.lists import ListRow

MAX_MEMBERS = 500


def subscribe(call: Call) -> Document:
    """Marketing API, Batch subscribe or unsubscribe: 200 even when every row was refused."""
    list_row = lists.get(call.store, call.path["list_id"])
    batch = Batch(call, list_row, _rows(call.document()))
    with call.store.writing() as now:
        batch.check(now)
        batch.write(now)
    return batch.answer()


class Batch:
    """One call: its rows are checked one by one and written together."""

    def __init__(self, call: Call, list_row: ListRow, rows: list[Document]) -> None:
        self._call = call
        self._store = call.store
        self._list = list_row
        self._rows = rows
        body = call.document()
        self._update_existing = body.get("update_existing") is True
        self._sync_tags = body.get("sync_tags") is True
        self._created: dict[str, Member] = {}
        self._updated: dict[str, tuple[Member, Member]] = {}
        self._tags: dict[str, list[str]] = {}
        self._errors: list[Document] = []

    def check(self, now: str) -> None:
        """Accept or refuse each row; nothing is written yet."""
        named = self._named()
        known = members.by_hashes(self._store, self._list, list(named))
        marks: dict[str, set[str]] = {}
        for hashed, mark in blocked_addresses.among(self._store, self._list, named):
            marks.setdefault(hashed, set()).add(mark)
        context = self._context(now)
        for hashed, row in named.items():
            try:
                # A row is accepted whole or refused whole, so the tags are looked at first.
                tags = member_write.tag_names(row)
                blocked = marks.get(hashed, ())
                if hashed in known:
                    self._change(hashed, row, known[hashed], context, blocked)
                else:
                    address = str(row["email_address"])
                    allowed = self._call.options.allow_example_com
                    if problem := addresses.refusal(address, allow_example_com=allowed):
                        raise problem
                    self._created[hashed] = member_write.new_member(row, address, context, blocked)
            except Problem as problem:
                self._refuse(row, problem)
            else:
                if tags is not None:
                    self._tags[hashed] = tags

    def write(self, now: str) -> None:
        """Write what was accepted."""
        first = members.next_id(self._store)
        for number, (hashed, member) in enumerate(self._created.items(), first):
            self._created[hashed] = member._replace(id=number)
        members.insert(self._store, self._created.values())
        changed = [pair for pair in self._updated.values() if pair[0] is not pair[1]]
        members.update(self._store, changed)
        self._write_tags(now)

    def answer(self) -> Document:
        """Show what is stored now, and what was refused."""
        url = self._call.url
        documents = MemberJson(self._store, self._list, BATCH_MEMBER, url)
        created = [member.id for member in self._created.values()]
        updated = [member.id for member, _ in self._updated.values()]
        shown = documents.of(created + updated)
        return {
            "new_members": shown[: len(created)],
            "updated_members": shown[len(created) :],
            "errors": self._errors,
            "total_created": len(created),
            "total_updated": len(updated),
            "error_count": len(self._errors),
            "_links": [{"rel": "self", "href": f"{url}/lists/{self._list.id}", "method": "POST"}],
        }

    def _context(self, now: str) -> WriteContext:
        lenient = self._call.query.flag("skip_merge_validation")
        fields = merge_fields.of_list(self._store, self._list)
        schema = MergeFieldSchema(fields, single=False, lenient=lenient)
        known = {each.id for each in interests.of_list(self._store, self._list)}
        return WriteContext(
            list_key=self._list.key,
            merge_fields=schema,
            preferences=PreferenceRules(known, single=False),
            nullable=True,
            now=now,
            ip=self._call.ip,
        )

    def _named(self) -> dict[str, Document]:
        """Return the rows with a usable address, by its hash.

        Marketing API, `skip_duplicate_check`: the first appearance counts, later ones are ignored.
        SANDBOX choice: without it a later appearance is refused, and the first still counts.
        """
        named: dict[str, Document] = {}
        skip = self._call.query.flag("skip_duplicate_check")
        for row in self._rows:
            try:
                address = member_write.address_in(row, nullable=True)
                problem = addresses.refusal(address, allow_example_com=True)
                if problem:
                    raise problem
                first = named.setdefault(subscriber_hash(address), row)
                if first is not row and not skip:
                    raise invalid(f"{address} is duplicated in this request.")
            except Problem as problem:
                self._refuse(row, problem)
        return named

    def _change(
        self,
        hashed: str,
        row: Document,
        member: Member,
        context: WriteContext,
        blocked: Collection[str],
    ) -> None:
        """Update a contact. SANDBOX choice: an archived one exists, so it too needs leave."""
        if self._update_existing:
            self._updated[hashed] = (
                member,
                member_write.updated_member(member, row, context, blocked),
            )
            return
        detail = (
            f"{row['email_address']} is already a list member, do you want to update? "
            "please provide update_existing:true in the request body"
        )
        problem = invalid(detail)
        self._refuse(row, problem, code="ERROR_CONTACT_EXISTS")

    def _refuse(self, row: Document, problem: Problem, code: str = "ERROR_GENERIC") -> None:
        field, message = problem.errors[0] if problem.errors else ("", "")
        address = row.get("email_address")
        self._errors.append(
            {
                "email_address": address if isinstance(address, str) else "",
                "error": problem.detail,
                "error_code": code,
                "field": field,
                "field_message": message,
            }
        )

    def _write_tags(self, now: str) -> None:
        """Tag the rows that carry `tags`.

        SANDBOX choice: `sync_tags` leaves alone a row that carries none.
        """
        ids = {hashed: member.id for hashed, member in self._created.items()}
        ids |= {hashed: member.id for hashed, (member, _) in self._updated.items()}
        tagged = {ids[hashed]: names for hashed, names in self._tags.items() if hashed in ids}
        if not tagged:
            return
        every = dict.fromkeys(name for names in tagged.values() for name in names)
        tag_ids = segments.tag_ids(self._store, self._list, every, now)
        wanted = {
            (tag_ids[name_key(name)], member) for member, names in tagged.items() for name in names
        }
        held = membership.segments_of(self._store, tagged)
        membership.add(self._store, wanted - held, now)
        if self._sync_tags:
            membership.remove(self._store, held - wanted)


def _rows(body: Document) -> list[Document]:
    """Return the rows of the body. SANDBOX choice: the words above 500, and for odd shapes."""
    rows = body.get("members")
    if rows is None:
        raise invalid_field("", "Required fields were not provided: members")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise invalid_field("members", "This value should be of type iterable/array")
    if len(rows) > MAX_MEMBERS:
        message = f"Maximum allowed member items exceeded, please provide at most {MAX_MEMBERS}"
        raise invalid_field("members", f"{message} items in members field")
    return rows
