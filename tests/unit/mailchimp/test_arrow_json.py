"""An answer is read as columns, or it is no answer."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import response
from loader.mailchimp.arrow_json import decode, exploded
from loader.mailchimp.documented_fields import NUMBER, TEXT, array, may, must
from loader.model.errors import Unavailable

SCHEMA = pa.schema(
    [*must(array(*must(TEXT, "email_address")), "members"), *may(NUMBER, "total_items")]
)
ANSWER = response({"members": [{"email_address": "anna@shop.de", "vip": True}], "total_items": 1})


def members(body: bytes) -> list[str | None]:
    found = exploded(decode(body, SCHEMA), "members").field("email_address").to_pylist()
    return list(found)


def test_of_an_answer_only_the_wanted_columns_are_read() -> None:
    table = decode(ANSWER.body, SCHEMA)
    assert table.schema.names == SCHEMA.names
    assert members(ANSWER.body) == ["anna@shop.de"]


@given(st.integers(0, len(ANSWER.body) - 1))
def test_an_answer_that_was_cut_off_is_no_answer(length: int) -> None:
    with pytest.raises(Unavailable):
        decode(ANSWER.body[:length], SCHEMA)


@pytest.mark.parametrize(
    "body",
    [
        b"null",  # Arrow 26 dies of it
        b" null\n{}",
        b"true",
        b"[]",
        b"5",
        b'"text"',
        b"{}{}",
        b"{} null",
        b"<html></html>",
        b'{"members":{"email_address":"anna@shop.de"}}',
        b'{"members":[{"email_address":5}]}',
        b'{"members":["anna@shop.de"]}',
        b'{"total_items":"one"}',
        b'{"members":[{"email_address":"\xff@shop.de"}]}',
        b"{}",
        b'{"members":null}',
        b'{"members":[null]}',
        b'{"members":[{}]}',
        b'{"members":[{"email_address":null}]}',
        b'{"members":[],"members":[]}',
        b'{"members":[],"total_items":1e30}',
        b'{"members":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_what_is_no_json_object_of_the_expected_shape_is_no_answer(body: bytes) -> None:
    with pytest.raises(Unavailable):
        decode(body, SCHEMA)
