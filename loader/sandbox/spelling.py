"""When two spellings of an address or a name are one."""

import hashlib


def lowered(text: str) -> str:
    """Return a text in lower case, letter by letter: what a letter becomes depends on no other.

    SANDBOX choice: a capital sigma at the end of a word is lowered as anywhere else, and a capital
    I with a dot is an i.
    """
    if text.isascii():
        return text.lower()
    return "".join("i" if letter == "\u0130" else letter.lower() for letter in text)


def name_key(name: str) -> str:
    """Return what two spellings of the name of a tag, segment or interest have in common.

    SANDBOX choice: neither letter case nor white space at the ends make a name another one.
    """
    return lowered(name.strip())


def address_key(address: str) -> str:
    """Return what makes two spellings one contact: trimmed, lower case also beyond ASCII."""
    return lowered(address.strip())


def subscriber_hash(address: str) -> str:
    """Return the id of a contact: the MD5 of the lower-cased address."""
    return hashlib.md5(address_key(address).encode(), usedforsecurity=False).hexdigest()
