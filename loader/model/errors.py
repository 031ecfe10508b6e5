"""Every way a run can stop: what happened, to what, and what to do next."""


class LoaderError(Exception):
    """A run, or one audience of it, cannot go on. Its message is all that a user sees.

    Attributes:
        exit_code: what the command ends with.
        is_temporary: whether the same run may go well later although nobody did anything.
        leads_to_pause: whether it is the same at every run until a person does something about the
            audience. Three runs in a row that end so pause the audience.
    """

    exit_code = 1
    is_temporary = False
    leads_to_pause = False


class ConfigurationError(LoaderError):
    """Something that the user wrote, or left out, is wrong."""

    exit_code = 2
    leads_to_pause = True


class TargetNotAllowed(ConfigurationError):
    """The audience is right, and must not be sent from here."""

    leads_to_pause = False


class WarehouseError(LoaderError):
    """The warehouse does not answer, or somebody else holds it."""

    exit_code = 3


class WarehouseLocked(WarehouseError):
    """Somebody else holds the warehouse."""

    is_temporary = True


class Unfinished(LoaderError):
    """dbt has not come to its end with an audience: what it says of it cannot be relied on."""

    exit_code = 3
    is_temporary = True


class MailchimpError(LoaderError):
    """Mailchimp does not let the run go on.

    Attributes:
        may_have_been_applied: whether an earlier try of the request may have been carried out.
    """

    exit_code = 3
    may_have_been_applied = False


class AuthenticationError(MailchimpError):
    """Every further request of this account would be refused too."""


class HostUnknown(MailchimpError):
    """No name service knows where an account is, so every request would fail."""

    is_temporary = True


class NotFound(MailchimpError):
    """Mailchimp has no such thing (404)."""


class ListNotFound(NotFound):
    """The account has no such list: deleted, or of another account."""

    leads_to_pause = True


class RequestRejected(MailchimpError):
    """Mailchimp understood a request and will not do it (another 4xx).

    Attributes:
        status: the HTTP status.
        title: the stable part of the problem document (https://mailchimp.com/developer/marketing/docs/errors/).
        detail: its sentence for people, of which addresses and keys are left out.
    """

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(f"Mailchimp answered {status} {title}.")
        self.status = status
        self.title = title
        self.detail = detail


class NoUsableResponse(MailchimpError):
    """No usable answer however often it was asked: nobody knows whether the write was done.

    Attributes:
        is_request_specific: whether Mailchimp answers other requests, so that it cannot take this
            one.
    """

    is_temporary = True

    def __init__(self, message: str, *, is_request_specific: bool) -> None:
        super().__init__(message)
        self.is_request_specific = is_request_specific


class Moving(MailchimpError):
    """What is read is changing while it is being read."""

    is_temporary = True


class Throttled(MailchimpError):
    """Mailchimp allows fewer connections than this at the moment (429, or 403 without JSON)."""

    is_temporary = True


class Unavailable(MailchimpError):
    """The same request may work later (5xx, a broken connection, an answer that is no JSON)."""

    is_temporary = True


class TimedOut(Unavailable):
    """No answer in the time that one may take; a smaller request may have one."""


class Interrupted(LoaderError):
    """Somebody asked the run to end; it is safe to start it again."""

    exit_code = 4
    is_temporary = True


class GuardTripped(LoaderError):
    """The run might do harm, so a person has to confirm it."""

    exit_code = 5
    leads_to_pause = True
