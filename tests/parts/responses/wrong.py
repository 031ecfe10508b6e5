"""Other answers than Mailchimp gave: what each makes of a right one."""

import json
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
PROBLEM = b'{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"hello"}'


def _of_json(change: Callable[[Json], Json]) -> Callable[[bytes], bytes]:
    def changed(body: bytes) -> bytes:
        shown = json.loads(body or b"{}")
        other = change(shown)
        return body if other == shown else json.dumps(other).encode()

    return changed


def _arrays(shown: Json) -> list[str]:
    return [name for name, value in shown.items() if isinstance(value, list)]


def _null_arrays(shown: Json) -> Json:
    return {**shown, **dict.fromkeys(_arrays(shown))}


def _no_rows(shown: Json) -> Json:
    many = {"total_items": 30} if "total_items" in shown else {}
    return {**shown, **{name: [] for name in _arrays(shown)}, **many}


def _a_row_less(shown: Json) -> Json:
    if "total_items" not in shown:
        return shown
    return {**shown, **{name: shown[name][:-1] for name in _arrays(shown)}}


def _null_rows(shown: Json) -> Json:
    return {**shown, **{name: [None for _ in shown[name]] for name in _arrays(shown)}}


def _no_columns(shown: Json) -> Json:
    return {**shown, **{name: [{} for _ in shown[name]] for name in _arrays(shown)}}


def _null_values(shown: Json) -> Json:
    return dict.fromkeys(shown)


def _texts(shown: Json) -> Json:
    return {name: str(value) for name, value in shown.items()}


def _another_list(shown: Json) -> Json:
    if "list_id" in shown:
        return {**shown, "list_id": "beef"}
    return {**shown, "id": "beef"} if "id" in shown else shown


WRONG: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"{}",
    "null": lambda _: b"null",
    "an array": lambda _: b"[]",
    "hello": lambda _: b'{"detail":"hello"}',
    "a problem": lambda _: PROBLEM,
    "a page": lambda _: b"<html>Sign in</html>",
    "half of it": lambda body: body[: len(body) // 2],
    "another encoding": lambda body: body.decode().encode("utf-16"),
    "no text": lambda body: body.replace(b'"email_address":"', b'"email_address":"\xff'),
    "null for arrays": _of_json(_null_arrays),
    "no rows of 30": _of_json(_no_rows),
    "a row less": _of_json(_a_row_less),
    "null for rows": _of_json(_null_rows),
    "rows without columns": _of_json(_no_columns),
    "null for all": _of_json(_null_values),
    "texts for all": _of_json(_texts),
    "of another list": _of_json(_another_list),
}
