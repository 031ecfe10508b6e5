"""What has to be in the answer to each request, or it is no answer. Pure.

Each type is Arrow's; what the Marketing API always shows must not be missing, and must not be null.
What a reading asks for (`fields`) and what its answer is held to are the same statement.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from loader.mailchimp.http import Request

# what a contact may be sent with on every list; all other names are merge fields and interests
# (BATCH_PAGE of loader.model.mailchimp_facts)
OF_EVERY_LIST = frozenset(
    b"email_address status status_if_new email_type merge_fields interests language vip location"
    b" latitude longitude ip_signup ip_opt timestamp_signup timestamp_opt tags"
    b" marketing_permissions marketing_permission_id enabled"
    b" addr1 addr2 city state zip country".split()
)
TEXT, NUMBER, DEGREE, SWITCH = pa.string(), pa.int64(), pa.float64(), pa.bool_()
OBJECT = pa.struct([])  # with anything in it


def must(kind: pa.DataType, *names: str) -> list[pa.Field]:
    """Columns that every such object has.

    Args:
        kind: the type of each.
        *names: of the columns.

    Returns:
        Arrow fields that may not be null.
    """
    return [pa.field(name, kind, nullable=False) for name in names]


def may(kind: pa.DataType, *names: str) -> list[pa.Field]:
    """Columns that are left out, or null, where they do not apply.

    Args:
        kind: the type of each.
        *names: of the columns.

    Returns:
        Arrow fields that may be null.
    """
    return [pa.field(name, kind) for name in names]


def array(*fields: pa.Field) -> pa.DataType:
    """An array of objects with these columns.

    Args:
        *fields: the columns of an object.

    Returns:
        A list of structs.
    """
    return pa.list_(pa.field("item", pa.struct(fields), nullable=False))


@dataclass(frozen=True, slots=True)
class Documented:
    """What the answer to a kind of request has to hold.

    Attributes:
        schema: the columns.
        rows: the array of which `total_items` counts all; "" where the answer is no page.
        is_of_contacts: whether `status` is that of a contact.
    """

    schema: pa.Schema
    rows: str = ""
    is_of_contacts: bool = False

    @property
    def fields(self) -> str:
        """What to ask for, as the parameter `fields` has it."""
        return ",".join(_paths(self.schema, ""))


def page(
    rows: str,
    *columns: pa.Field,
    of: tuple[str, ...] = ("list_id",),
    also: tuple[pa.Field, ...] = (),
    is_of_contacts: bool = False,
) -> Documented:
    """What the answer to a request for a page has to hold.

    Args:
        rows: the name of the array.
        *columns: those of a row.
        of: the ids that tell whose page it is.
        also: columns that stand beside the rows.
        is_of_contacts: whether `status` is that of a contact.

    Returns:
        The description, with `total_items`.
    """
    named = [*must(TEXT, *of), *must(array(*columns), rows), *must(NUMBER, "total_items"), *also]
    return Documented(pa.schema(named), rows, is_of_contacts)


def single(*columns: pa.Field, is_of_contacts: bool = False) -> Documented:
    """What the answer about one thing has to hold.

    Args:
        *columns: those of the thing.
        is_of_contacts: whether `status` is that of a contact.
    """
    return Documented(pa.schema(columns), is_of_contacts=is_of_contacts)


_KEY = must(TEXT, "email_address", "status", "last_changed", "contact_id")
_NAMED = must(TEXT, "id", "name")
_SETTINGS = must(SWITCH, "double_optin", "marketing_permissions")
_COUNTS = pa.struct(must(NUMBER, "member_count", "unsubscribe_count", "cleaned_count"))
_PERMISSION = must(TEXT, "marketing_permission_id", "text") + must(SWITCH, "enabled")
_STORED = array(*must(TEXT, "email_address", "status", "list_id"))
_FORMATS = may(pa.list_(TEXT), "choices") + may(TEXT, "phone_format", "date_format")
_ADDRESSES = array(*must(TEXT, "email_address"))

PING = single(*must(TEXT, "health_status"))
LISTS = page(
    "lists", *_NAMED, *_SETTINGS, *must(TEXT, "date_created"), *must(_COUNTS, "stats"), of=()
)
LIST = single(*_NAMED, *_SETTINGS)
MERGE_FIELDS = page(
    "merge_fields",
    *must(NUMBER, "merge_id"),
    *must(TEXT, "tag", "name", "type"),
    *must(SWITCH, "required"),
    *may(TEXT, "default_value"),
    *may(pa.struct(_FORMATS), "options"),
    also=(*may(NUMBER, "merge_field_limit"),),
)
MERGE_FIELD = single(*must(TEXT, "list_id", "tag"), *must(NUMBER, "merge_id"))
CATEGORIES = page("categories", *must(TEXT, "id", "title"))
INTERESTS = page("interests", *_NAMED, of=("list_id", "category_id"))
PERMISSIONS = page("members", *may(array(*_PERMISSION), "marketing_permissions"))
MEMBERS = page("members", *_KEY, is_of_contacts=True)
DETAILS = page(
    "members",
    *_KEY,
    *must(TEXT, "unique_email_id", "email_type", "language", "source", "ip_signup", "ip_opt"),
    *must(TEXT, "timestamp_signup", "timestamp_opt"),
    *must(SWITCH, "vip"),
    *must(NUMBER, "member_rating"),
    *may(TEXT, "unsubscribe_reason"),
    *must(pa.struct(must(DEGREE, "latitude", "longitude")), "location"),
    *must(OBJECT, "merge_fields"),
    *may(OBJECT, "interests"),
    *may(array(*_PERMISSION), "marketing_permissions"),
    *must(array(*must(TEXT, "name")), "tags"),
    is_of_contacts=True,
)
MEMBER = single(*must(TEXT, "id", "list_id", "status", "last_changed"), is_of_contacts=True)
_OF_MEMBER = must(TEXT, "list_id", "email_address", "status")
MEMBER_STORED = single(*_OF_MEMBER, is_of_contacts=True)
MEMBER_PERMISSIONS = single(
    *_OF_MEMBER, *must(array(*_PERMISSION), "marketing_permissions"), is_of_contacts=True
)
CONTACTS = single(
    *must(_STORED, "new_members", "updated_members"),
    *must(
        array(
            *may(TEXT, "email_address", "error", "error_code", "field", "field_message"),
        ),
        "errors",
    ),
    *must(NUMBER, "total_created", "total_updated", "error_count"),
    is_of_contacts=True,
)
SEGMENTS = page("segments", *must(NUMBER, "id"), *must(TEXT, "name"))
EVERY_SEGMENT = page(
    "segments",
    *must(NUMBER, "id", "member_count"),
    *must(TEXT, "name", "type", "created_at", "updated_at"),
)
SEGMENT = single(*must(NUMBER, "id"), *must(TEXT, "list_id", "name"))
SEGMENT_MEMBERS = page("members", *must(TEXT, "email_address", "list_id"), of=())
MEMBERSHIPS = single(
    *must(array(*must(TEXT, "email_address", "list_id")), "members_added", "members_removed"),
    *must(array(*may(pa.list_(TEXT), "email_addresses"), *may(TEXT, "error")), "errors"),
    *must(NUMBER, "total_added", "total_removed", "error_count"),
)
CAMPAIGNS = page(
    "campaigns",
    *must(TEXT, "id", "type", "status", "create_time", "send_time"),
    *must(NUMBER, "emails_sent"),
    *must(pa.struct(may(TEXT, "title", "subject_line")), "settings"),
    *must(pa.struct(must(TEXT, "list_id")), "recipients"),
    of=(),
)
REPORTS = page(
    "reports",
    *must(TEXT, "id"),
    *must(NUMBER, "emails_sent", "abuse_reports", "unsubscribed"),
    *must(OBJECT, "bounces", "opens", "clicks"),
    of=(),
)
_OF_CAMPAIGN = ("campaign_id",)
SENT_TO = page("sent_to", *must(TEXT, "email_address"), of=_OF_CAMPAIGN)
_DONE = must(TEXT, "action", "timestamp") + may(TEXT, "type", "url")
ACTIVITY = page(
    "emails", *must(TEXT, "email_address"), *must(array(*_DONE), "activity"), of=_OF_CAMPAIGN
)
UNSUBSCRIBES = page(
    "unsubscribes",
    *must(TEXT, "email_address", "timestamp"),
    *may(TEXT, "reason"),
    of=_OF_CAMPAIGN,
)
COMPLAINTS = page("abuse_reports", *must(TEXT, "campaign_id", "email_address", "date"))


def ping() -> Request:
    """The smallest request, to see whether Mailchimp is there.

    Returns:
        The call; see https://mailchimp.com/developer/marketing/api/ping/
    """
    return Request(method="GET", path="/ping")


def page_request(
    path: str, documented: Documented, *, count: int, offset: int, **params: str
) -> Request:
    """The call that reads a page.

    See https://mailchimp.com/developer/marketing/docs/methods-parameters/#pagination

    Args:
        path: below the base URL.
        documented: what the answer has to hold, and what is asked for.
        count: rows of the page, at the most.
        offset: how many rows come before the page.
        **params: other parameters.
    """
    numbers = {"count": str(count), "offset": str(offset)}
    return Request(
        method="GET", path=path, params={"fields": documented.fields, **numbers, **params}
    )


def single_request(path: str, documented: Documented) -> Request:
    """The call that reads one thing.

    Args:
        path: below the base URL.
        documented: what the answer has to hold, and what is asked for.
    """
    return Request(method="GET", path=path, params={"fields": documented.fields})


def _paths(fields: pa.Schema | pa.DataType, below: str) -> Iterator[str]:
    for one in fields:
        kind = one.type.value_type if pa.types.is_list(one.type) else one.type
        if pa.types.is_struct(kind) and kind.num_fields:
            yield from _paths(kind, f"{below}{one.name}.")
        else:
            yield below + one.name
