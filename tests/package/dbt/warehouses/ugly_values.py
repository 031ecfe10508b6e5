"""Values that two warehouses could write differently, as SQL that both take."""

import random

from draws import draws
from loader.model.addresses import FORMAT_CHARACTERS, WHITE_SPACE

SPACE = WHITE_SPACE + FORMAT_CHARACTERS
CONTROL = "".join(chr(code) for code in (*range(1, 32), *range(127, 160)))
LETTERS = "aZ09 ÄßİıſΣéẞ陽👩🏽‍💻\u2028\ufdd0'\"\\/{}%$" + SPACE + CONTROL
TEXTS = (
    "", " ", "O'Brien", 'say "hi"', "back\\slash", r"\u000b \\u001f", "\x0b\x0b\\\x0b", "{{ x }}",
    CONTROL, SPACE, "</script>", "ü" * 127 + "x", "ü" * 128, "Zoë 健太 Γιώργος 👩🏽‍💻",
)  # fmt: skip
DOUBLES = (
    "0", "-0.0", "1", "100", "-7", "0.1", "1e5", "999999", "1e6", "123456.5", "1e15", "1e16",
    "1234567890123456.5", "-999999999999999.9", "1e17", "1e-4", "1e-5", "2.5e-7", "1e300",
    "5e-324", "nan", "inf", "-inf",
)  # fmt: skip
FLOATS = (
    "0", "-0.0", "100", "0.1", "1e5", "999999", "1e6", "16777216", "12345678000", "1e15", "1e16",
    "1e-5", "3.4e38", "nan", "inf", "-inf",
)  # fmt: skip
DECIMALS = ("0", "0.10", "-0.5", "1234567890123456.78", "9223372036854775808", "24.9")
BIGINTS = ("0", "-9223372036854775808", "9223372036854775807")
DAYS = ("2026-02-28", "0999-12-31", "1000-01-01", "9999-12-31", "10000-01-01", "infinity")
MOMENTS = ("2026-02-28 23:59:59", "2026-10-25 02:30:00.5+02", "1969-12-31 23:59:59.999999+00")
PLACES = (("52.5", "13.405"), ("-90", "180"), ("0", "1e-5"), ("91", "0"), ("null", "0"))
TAGS = (
    ("b", "a", "B"), (" x ", "x", ""), ('say "hi"', "O'Dea", "\\", "\x0b"), (),
    ("Ä", "é", "z", "Z"), ("null",), tuple(f"{one}x{one}" for one in SPACE),
)  # fmt: skip


def text(value: str | None) -> str:
    """A text as SQL, whatever is in it; a model is a file, and a file loses a return."""
    if value is None:
        return "cast(null as varchar)"
    parts = [f"'{value}'"] if not value else []
    plain = ""
    for one in (*value, ""):
        if one and one >= " " and one != "\x7f":
            plain += one
            continue
        if plain:
            parts.append("'" + plain.replace("'", "''") + "'")
        plain = ""
        if one:
            parts.append(f"chr({ord(one)})")
    return " || ".join(parts)


def column(values: tuple[str, ...], sql_type: str) -> list[str]:
    return [f"cast('{value}' as {sql_type})" for value in values]


def names(values: tuple[str, ...]) -> str:
    return f"cast(array[{', '.join(text(one) for one in values)}] as varchar[])"


def place(values: tuple[str, str]) -> str:
    return f"cast(row({values[0]}, {values[1]}) as place)"


def drawn(seed: int) -> dict[str, list[str]]:
    """Columns of chance."""
    chance = random.Random(seed)  # noqa: S311 - chance, and no secret
    number = draws(60)

    def word(most: int) -> str:
        return "".join(chance.choice(LETTERS) for _ in range(chance.randrange(most)))

    def number_of_some_size() -> float:
        return chance.uniform(-1, 1) * 10.0 ** chance.randrange(-9, 16)

    around = [word(3) + chance.choice(("ada", "É.o'dea", "Bob+x")) for _ in range(number)]
    return {
        "addresses": [text(f"{one}{n}@Example.com{word(3)}") for n, one in enumerate(around)],
        "texts": [text(word(20)) for _ in range(number)],
        "doubles": [f"cast('{number_of_some_size()}' as double precision)" for _ in around],
        "prices": [f"cast({chance.randrange(10**9) / 100} as decimal(12, 2))" for _ in around],
        "tags": [names(tuple(word(5) for _ in range(4))) for _ in around],
    }


COLUMNS: dict[str, list[str]] = {
    "texts": [text(one) for one in TEXTS],
    "doubles": column(DOUBLES, "double precision"),
    "floats": column(FLOATS, "real"),
    "decimals": column(DECIMALS, "decimal(38, 2)"),
    "bigints": column(BIGINTS, "bigint"),
    "booleans": ["true", "false", "cast(null as boolean)"],
    "days": column(DAYS, "date"),
    "moments": column(MOMENTS, "timestamp with time zone"),
    "clocks": column(("2026-02-28 23:59:59.5",), "timestamp"),
}


def rows(values: dict[str, list[str]], address: list[str]) -> str:
    """One row an address; a column whose values have run out is NULL."""
    lines = []
    for number, one in enumerate(address):
        cells = [
            f"{column[number] if number < len(column) else 'null'} as {name}"
            for name, column in values.items()
        ]
        lines.append(
            f"select {one} as email_address, true as marketing_consent, {', '.join(cells)}"
        )
    return "{% raw %}" + "\nunion all\n".join(lines) + "{% endraw %}"


def numbered(count: int) -> list[str]:
    return [f"'c{number}@example.com'" for number in range(count)]
