"""Every way to say something else than is documented."""

from collections.abc import Iterator

import pyarrow as pa

from loader.mailchimp import documented_fields as d
from responses.documented import LIST, TIMES, Json, Reading, as_json, example

Spoilt = tuple[str, bytes]
OTHERS: dict[pa.DataType, list[Json]] = {
    d.TEXT: [5, True, [], {}],
    d.NUMBER: ["5", 1.5, True, [], 10**30],
    d.DEGREE: ["5", True, {}],
    d.SWITCH: ["true", 1, []],
}
NO_STATUS = ("", "SUBSCRIBED", "deleted")
PROBLEM = {"type": "about:blank", "title": "Oops", "status": 500, "detail": "hello"}


def spoilt(reading: Reading) -> Iterator[Spoilt]:
    """Every way to say something else than is documented, each with a name."""
    if reading.documented is None:
        yield from ((repr(body[:9]), body) for body in (b"{}", b"null", b'{"detail":"hello"}'))
        return
    good = example(reading)
    text = as_json(good)
    rest = [b"", b"null", b"[]", b"5", b'"x"', b"{}", b'{"detail":"hello"}', b"<html></html>"]
    rest += [text[:-1], text[: len(text) // 2], text + text, text + b" null", b"\xff" + text]
    rest += [text.decode().encode("utf-16"), text.replace(b"x", b"\xff"), as_json(PROBLEM)]
    yield from ((repr(body[:30]), body) for body in rest if body != text)
    beside = {name: one for name, one in PROBLEM.items() if name not in {"type", *good}}
    yield from ((f"beside {name}", as_json({**good, name: beside[name]})) for name in beside)
    for name, changed in _changed(good, reading.documented.schema):
        yield name, as_json(changed)
    if reading.documented.rows:
        yield from _counted(good, reading.documented.rows, int(reading.request.params["count"]))
    yield from _of_others(good, reading)


Changed = Iterator[tuple[str, dict[str, Json]]]


def _changed(good: dict[str, Json], fields: pa.Schema | pa.DataType, below: str = "") -> Changed:
    """One column missing, null, or of another type, at any depth."""
    for one in fields:
        name, path = one.name, below + one.name
        if not one.nullable:
            yield f"{path} missing", {key: good[key] for key in good if key != name}
            yield f"{path} null", {**good, name: None}
        for other in _other_than(one):
            yield f"{path} {other!r}", {**good, name: other}
        yield from _changed_below(good, one, path)


def _other_than(one: pa.Field) -> list[Json]:
    if pa.types.is_list(one.type):
        return ["x", 5, {}, [5]]
    if pa.types.is_struct(one.type):
        return ["x", 5, []]
    return [*OTHERS[one.type], *(["yesterday"] if one.name in TIMES else [])]


def _changed_below(good: dict[str, Json], one: pa.Field, path: str) -> Changed:
    is_array = pa.types.is_list(one.type)
    inner = one.type.value_type if is_array else one.type
    if not pa.types.is_struct(inner):
        return
    shown = good[one.name] if is_array else [good[one.name]]
    if is_array:
        yield f"{path} [null]", {**good, one.name: [None, *shown[1:]]}
    for label, changed in _changed(shown[0], inner, f"{path}."):
        yield label, {**good, one.name: [changed, *shown[1:]] if is_array else changed}


def _counted(good: dict[str, Json], rows: str, count: int) -> Iterator[Spoilt]:
    """Another number of rows than there are said to be."""
    total = good["total_items"]
    more = () if total == count else (total + 1, 30, 10**15)  # a full page is one of many
    for wrong in (-1, total - 1, *more):
        yield f"{total} rows of {wrong}", as_json({**good, "total_items": wrong})
    yield "no rows", as_json({**good, rows: []})


def _of_others(good: dict[str, Json], reading: Reading) -> Iterator[Spoilt]:
    """About another list, campaign, group or contact, or in a status that there is not."""
    text = as_json(good)
    for name in ("list_id", "campaign_id", "category_id"):
        own = {"list_id": LIST, "campaign_id": "c1", "category_id": "cafe"}[name]
        other = text.replace(f'"{name}":"{own}"'.encode(), f'"{name}":"beef"'.encode())
        is_named = own in reading.request.path or name in reading.request.params
        if other != text and is_named:
            yield f"another {name}", other
    if reading.documented and reading.documented.is_of_contacts and b'"status"' in text:
        shown = good["status"] if "status" in good else reading.request.params.get("status")
        shown = shown or "subscribed"
        for status in NO_STATUS:
            wrong = text.replace(f'"status":"{shown}"'.encode(), f'"status":"{status}"'.encode())
            yield f"status {status!r}", wrong
    if "status" in reading.request.params:
        asked = reading.request.params["status"]
        yield (
            "another status than asked for",
            text.replace(f'"{asked}"'.encode(), b'"subscribed"'),
        )
