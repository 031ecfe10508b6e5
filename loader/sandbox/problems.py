"""Refusals as Mailchimp words them: a status, a title, a sentence, and sometimes fields."""

from http import HTTPStatus

from loader.model.wording import counted

GLOSSARY = "https://mailchimp.com/developer/marketing/docs/errors/"
SEE_ERRORS = (
    "The resource submitted could not be validated. "
    "For field-specific details, see the 'errors' array."
)
MERGE_FIELDS = "Your merge fields were invalid."
ANY_OF = "Data did not match any of the schemas described in anyOf."
NULL_FOR_OBJECT = "Schema describes object, NULL found instead"
ARRAY_FOR_OBJECT = "Schema describes object, array found instead"
NULL_FOR_STRING = "Schema describes string, NULL found instead"
UNTYPED = frozenset(  # seen in the wild without `type`
    {"Member Exists", "Member In Compliance State", "Forgotten Email Not Subscribed"}
)


class Problem(Exception):
    """One refusal; an endpoint answers it, a batch lists it beside its row."""

    def __init__(
        self, status: int, title: str, detail: str, errors: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = errors  # (field, message)

    def document(self, instance: str) -> dict[str, object]:
        """Return the body of the answer; `instance` is the id of the request."""
        body: dict[str, object] = {} if self.title in UNTYPED else {"type": GLOSSARY}
        body |= {"title": self.title, "status": self.status, "detail": self.detail}
        body["instance"] = instance
        if self.errors:
            body["errors"] = [{"field": name, "message": text} for name, text in self.errors]
        return body


def invalid(detail: str, *errors: tuple[str, str]) -> Problem:
    """Return the refusal of a resource that does not validate."""
    return Problem(HTTPStatus.BAD_REQUEST, "Invalid Resource", detail, errors)


def invalid_field(name: str, message: str) -> Problem:
    """Return the refusal of one field of a resource."""
    return invalid(SEE_ERRORS, (name, message))


def not_found(detail: str = "The requested resource could not be found.") -> Problem:
    """Return the refusal of a list, a contact or a segment that is not there."""
    return Problem(HTTPStatus.NOT_FOUND, "Resource Not Found", detail)


def not_allowed(
    detail: str = (
        "The requested method and resource are not compatible. "
        "See the Allow header for this resource's available methods."
    ),
) -> Problem:
    """Return the refusal of a method that the resource does not take."""
    return Problem(HTTPStatus.METHOD_NOT_ALLOWED, "Method Not Allowed", detail)


def key_missing() -> Problem:
    """Return the refusal of a request without credentials."""
    detail = "Your request did not include an API key."
    return Problem(HTTPStatus.UNAUTHORIZED, "API Key Missing", detail)


def key_invalid() -> Problem:
    """Return the refusal of a wrong or revoked key.

    SANDBOX choice: a revoked OAuth token gets the same body.
    """
    detail = "Your API key may be invalid, or you've attempted to access the wrong datacenter."
    return Problem(HTTPStatus.UNAUTHORIZED, "API Key Invalid", detail)


def wrong_datacenter(datacenter: str) -> Problem:
    """Return the refusal of a good key with another datacenter's suffix: it is not a 401."""
    detail = f"The API key provided is linked to datacenter '{datacenter}'"
    return Problem(HTTPStatus.FORBIDDEN, "WrongDatacenter", detail)


def too_many_requests(connections: int) -> Problem:
    """Return the refusal above the simultaneous connections of an account: no Retry-After."""
    allowed = counted(connections, "simultaneous connection")
    detail = f"You have exceeded the limit of {allowed}."
    return Problem(HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests", detail)


def internal_error() -> Problem:
    """Return the refusal that explains nothing; it may pass, or come back for the same contact."""
    detail = "An unexpected internal error has occurred."
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error", detail)


def no_json() -> Problem:
    """Return the refusal of a body that is not JSON."""
    detail = "We encountered an unspecified JSON parsing error."
    return Problem(HTTPStatus.BAD_REQUEST, "JSON Parse Error", detail)


def too_slow() -> Problem:
    """Return the refusal of a body that does not arrive."""
    detail = "The request did not arrive in time."
    return Problem(HTTPStatus.REQUEST_TIMEOUT, "Request Timeout", detail)


def member_exists(address: str) -> Problem:
    """Return the refusal to add, or to rename to, an address that the list has."""
    detail = f"{address} is already a list member. Use PUT to insert or update list members."
    return Problem(HTTPStatus.BAD_REQUEST, "Member Exists", detail)


def compliance(address: str) -> Problem:
    """Return the refusal to subscribe somebody who left by their own hand, or who bounced."""
    detail = (
        f"{address} is in a compliance state due to unsubscribe, bounce, or compliance review "
        "and cannot be subscribed."
    )
    return Problem(HTTPStatus.BAD_REQUEST, "Member In Compliance State", detail)


def forgotten(address: str) -> Problem:
    """Return the refusal to bring back somebody who was deleted for good."""
    detail = (
        f"{address} was permanently deleted and cannot be re-imported. "
        "The contact must re-subscribe to get back on the list."
    )
    return Problem(HTTPStatus.BAD_REQUEST, "Forgotten Email Not Subscribed", detail)


def too_many_signups(address: str) -> Problem:
    """Return the refusal of an address that joined many lists lately; it may work later."""
    return invalid(
        f"{address} has signed up to a lot of lists very recently; "
        "we're not allowing more signups for now"
    )
