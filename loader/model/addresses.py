"""How addresses and names are spelled: what is taken off, and when two are one. Pure.

dbt says the same in SQL (macros/dialect/characters.sql), and tests compare the two over all of
Unicode.
"""

import re


def _between(*ranges: tuple[int, int]) -> str:
    return "".join(chr(code) for first, last in ranges for code in range(first, last + 1))


# fmt: off
WHITE_SPACE = _between(  # Unicode, property White_Space
    (0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A),
    (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000),
)
FORMAT_CHARACTERS = _between(  # Unicode, category Cf
    (0xAD, 0xAD), (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891),
    (0x8E2, 0x8E2), (0x180E, 0x180E), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064),
    (0x2066, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0x110BD, 0x110BD), (0x110CD, 0x110CD),
    (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0001, 0xE0001),
    (0xE0020, 0xE007F),
)
# fmt: on
AROUND_IDENTITIES = WHITE_SPACE + FORMAT_CHARACTERS


def identity(text: str) -> str:
    """An address or a `person_id` without what does not belong to it at its ends.

    Args:
        text: as somebody typed it, or a file has it.

    Returns:
        What is left, in its own letter case; "" for nothing.
    """
    return text.strip(AROUND_IDENTITIES)


def is_like_address(text: str) -> bool:
    """Whether somebody meant one address by this: one @, and no sign of a list or a name.

    Args:
        text: as somebody typed it.

    Returns:
        False for what no address looks like. dbt judges more strictly (macro is_address).
    """
    # a list of people, or a name beside an address, must not be taken for one address
    return (
        re.fullmatch(r"[^\s@,;<>\"()]+@[^\s@,;<>\"()]+\.[^\s@,;<>\"()]+", identity(text))
        is not None
    )


def name_key(name: str) -> str:
    """What two spellings of the name of a tag, segment, interest or permission have in common.

    Mailchimp takes the white space off the ends of a name, and two names that differ in letter case
    alone are one to it. A letter becomes a small one whatever stands beside it, as in SQL.

    Args:
        name: as a row, a configuration or Mailchimp has it.

    Returns:
        The key under which both sides are compared.
    """
    text = name.strip(WHITE_SPACE)
    # Python's lower() makes two letters of this one, and SQL makes one: the keys would differ
    return "".join("i" if letter == "\u0130" else letter.lower() for letter in text)
