"""Guess which columns are the address, the names and the consent, from their names. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from loader.warehouse.reports.relations import BuiltColumn

FIRST_NAMES = {"firstname", "fname", "givenname", "forename", "vorname", "prenom", "nombre"}
LAST_NAMES = {"lastname", "lname", "surname", "familyname", "nachname", "apellido", "apellidos"}
IDS = {"id", "personid", "customerid", "userid", "contactid", "memberid", "accountid"}

_ADDRESSES = tuple(  # the likeliest first
    str.split("""
        email emailaddress mail mailaddress emailadresse mailadresse epost courriel correo
        correoelectronico
    """)
)
_MAIN = {"primary", "main", "default", "preferred"}
# a column about an address, or about something else that was mailed
_NO_ADDRESS = frozenset(
    str.split("""
        hash hashed md5 sha sha1 sha256 domain provider verified valid validated is has
        consent opt optin optout status state count sent at on date id type opens clicks
        open click subscribed subject body template campaign bounced bounce secondary old
        previous backup list key
    """)
)
_CONSENT = frozenset(
    str.split("""
        consent consented consents optin optedin subscribed subscribe subscriber permission
        permitted agreed agree accepts accepted allowed gdpr einwilligung zustimmung
        consentement consentimiento consenso
    """)
)
_OF_MAIL = frozenset(
    str.split("""
        marketing newsletter newsletters email emails mail mailing mailings
    """)
)
# the opposite of a consent, or a consent to something else than mail
_NO_CONSENT = frozenset(
    str.split("""
        out optout optedout un unsubscribed unsubscribe no not non dont never without
        revoked withdrawn declined refused sms phone call calls push whatsapp fax post
        postal print terms tos cookie cookies privacy partner partners third analytics
        tracking required asked requested
    """)
)


def words_of(name: str) -> list[str]:
    """The words of a name, without accents and in small letters: `E-Mail Adresse`, `optIn`."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", plain)
    return re.findall(r"[^\W_]+", plain.casefold())


def likely_addresses(columns: Iterable[BuiltColumn]) -> list[str]:
    """The columns that look most like the address of a person.

    Args:
        columns: of a relation.

    Returns:
        Their names: none, one, or several that look alike.
    """
    return _best((one.name, _address_rank(one)) for one in columns)


def likely_consents(columns: Iterable[BuiltColumn]) -> list[str]:
    """The booleans that look most like a consent to be mailed.

    Nothing else is guessed: a date of consent, for one, may be older than its withdrawal.

    Args:
        columns: of a relation.

    Returns:
        Their names: none, one, or several that look alike.
    """
    return _best((one.name, _consent_rank(one)) for one in columns)


def named(columns: Iterable[BuiltColumn], names: set[str], kind: str | None = None) -> str | None:
    """The first column whose name is one of these, however it is spelt.

    Args:
        columns: of a relation.
        names: in small letters, without anything between their words.
        kind: that it has to be of; None is any.

    Returns:
        Its name, if there is one.
    """
    found = (
        one.name
        for one in columns
        if "".join(words_of(one.name)) in names and kind in (None, one.kind)
    )
    return next(found, None)


def _best(ranked: Iterable[tuple[str, int | None]]) -> list[str]:
    known = [(name, rank) for name, rank in ranked if rank is not None]
    best = min((rank for _, rank in known), default=None)
    return [name for name, rank in known if rank == best]


def _address_rank(column: BuiltColumn) -> int | None:
    words = words_of(column.name)
    joined = "".join(words)
    if column.kind != "text":
        return None
    if joined in _ADDRESSES:
        return _ADDRESSES.index(joined) // 2
    if _NO_ADDRESS.intersection(words) or not joined.endswith(_ADDRESSES):
        return None
    return 10 if _MAIN.intersection(words) else 20


def _consent_rank(column: BuiltColumn) -> int | None:
    words = words_of(column.name)
    pairs = {"".join(pair) for pair in pairwise(words)}
    every = pairs.union(words)
    if column.kind != "boolean" or _NO_CONSENT.intersection(every):
        return None
    if "".join(words) == "marketingconsent":
        return 0
    is_consent, is_of_mail = bool(_CONSENT & every), bool(_OF_MAIL & every)
    if is_consent:
        return 1 if is_of_mail else 2
    return 3 if is_of_mail and {"newsletter", "marketing"} & every else None
