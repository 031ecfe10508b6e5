"""Whom a line of `loader forget` names: an address, an id, and every address that these lead to."""

import pytest

from loader.model.addresses import FORMAT_CHARACTERS, WHITE_SPACE
from loader.warehouse.erasure.locations import RULES, rule_of
from tests.integration.erasure.erased_warehouse import TEXTS, Kept

ADA, OLD, OLDER, BOB = "ada@shop.de", "ada@old.de", "ada@older.de", "bob@shop.de"
KEYLESS = "(none) person P1"
PAGES = "loader_members_read_f00d"


def test_every_old_address_of_a_person_goes_whichever_of_them_is_given(kept: Kept) -> None:
    for given in (ADA, OLD, OLDER, "P1", f"  {ADA.upper()}\t"):
        for place, address in enumerate((OLDER, OLD, ADA)):
            kept.version(address, "P1", (place + 1, place + 2))
        kept.version(BOB, "p1", (1, 2))  # another person: ids differ by letter case
        ended = kept.forget(given)
        assert (ended.exit_code, "1 person with 3 addresses" in ended.out) == (0, True)
        assert kept.addresses() == {BOB}
        kept.sql("delete from readers__history")


@pytest.mark.parametrize("given", [KEYLESS, "P1"])
def test_a_person_without_an_address_is_erased_by_key_or_id(kept: Kept, given: str) -> None:
    kept.version(KEYLESS, "P1")
    kept.version("(none) person p1", "p1")
    kept.row("loader_ledger", email_address=KEYLESS, audience="readers")
    kept.row("loader_acks", email_address=KEYLESS, audience="readers", person_id="P1")
    assert kept.forget(given).exit_code == 0
    assert kept.addresses() == {"(none) person p1"}
    assert KEYLESS not in kept.everything()


def test_a_key_without_address_and_id_is_erased(kept: Kept) -> None:
    kept.version("(none) 0123456789abcdef")
    assert kept.forget("(none) 0123456789abcdef").exit_code == 0
    assert kept.addresses() == set()


@pytest.mark.parametrize("given", [ADA, OLD])
@pytest.mark.parametrize("table", ["loader_ledger", "loader_drift"])
def test_a_change_of_address_leads_to_the_other_one(kept: Kept, given: str, table: str) -> None:
    change = {
        "loader_ledger": {
            "action": "change_address",
            "outcome": "unknown",
            "reason_code": "in_flight",
            "pending_email": ADA,
        },
        "loader_drift": {"drift_type": "email_changed", "actual": ADA},
    }
    kept.row(table, email_address=OLD, audience="readers", **change[table])
    kept.version(OLD)
    kept.version(ADA)
    assert kept.forget(given).exit_code == 0
    assert ADA not in kept.everything()
    assert OLD not in kept.everything()


def test_acknowledgements_lead_on_where_the_history_is_gone(kept: Kept) -> None:
    kept.sql("drop table readers__history")
    for run, address in enumerate((OLD, ADA)):
        row = {"email_address": address, "person_id": "P1", "run_id": str(run)}
        kept.row("loader_acks", audience="readers", acked_at=f"2026-01-0{run + 1}", **row)
    assert kept.forget(ADA).exit_code == 0
    assert OLD not in kept.everything()


def test_an_id_that_stood_at_several_addresses_at_a_time_leads_on_only_when_it_is_given(
    kept: Kept,
) -> None:
    kept.version(ADA, "household", (1, 3))
    kept.version(BOB, "household", (1, 3))
    ended = kept.forget(ADA)
    assert (ended.exit_code, "shared a person_id" in ended.out) == (0, True)
    assert kept.addresses() == {BOB}
    assert kept.forget("household").exit_code == 0
    assert kept.addresses() == set()


def test_an_address_that_went_to_somebody_else_stays_theirs(kept: Kept) -> None:
    kept.version("office@shop.de", "P1", (1, 2))
    kept.version(ADA, "P1", (2, 3))
    kept.version("office@shop.de", "P2", (3, 4))
    kept.version(BOB, "P2", (4, 5))
    kept.row("loader_ledger", email_address="office@shop.de", audience="readers")
    assert kept.forget(ADA).exit_code == 0
    assert kept.query("select distinct person_id from readers__history") == [("P2",)]
    assert kept.query("select count(*) from loader_ledger") == [(1,)]


def test_the_same_id_in_another_audience_is_another_person_until_it_is_given(kept: Kept) -> None:
    kept.audience("firms")
    kept.version(ADA, "1")
    kept.version(BOB, "1", (3, 4), history="firms__history")
    kept.row("loader_acks", email_address=BOB, audience="firms", person_id="1")
    assert kept.forget(ADA).exit_code == 0
    assert kept.addresses("firms__history") == {BOB}
    assert kept.query("select email_address from loader_acks") == [(BOB,)]


def test_who_is_selected_under_any_address_is_not_erased(kept: Kept) -> None:
    kept.audience("others", status="success")
    kept.version(OLD, "P1", (1, 2), history="others__history")
    kept.version(ADA, "P1", (2, None), history="others__history")
    for given in (OLD, ADA, "P1"):
        ended = kept.forget(given)
        assert (ended.exit_code, "selected by others" in ended.err) == (2, True)
    assert kept.addresses("others__history") == {OLD, ADA}


def test_what_others_say_of_the_person_is_emptied_and_a_longer_address_is_not_hers(
    kept: Kept,
) -> None:
    for table, words in TEXTS.items():
        for word in words:
            for text in (
                f"{ADA.upper()}, see there.",
                f"https://x.de/?m={ADA.replace('@', '%40')}&b",
            ):
                kept.row(table, **{word: text})
            kept.row(table, **{word: f"m{ADA} stays"})
    kept.version(ADA)
    assert kept.forget(ADA).exit_code == 0
    left = kept.everything().lower()
    assert f"'m{ADA} stays'" in left
    assert left.count(ADA) == left.count(f"m{ADA}")
    assert "%40" not in left


def test_a_table_that_somebody_dropped_keeps_nobody_from_being_erased(kept: Kept) -> None:
    left = [*RULES, "readers__history"]
    while len(left) > 1:
        for table in left:
            if table not in RULES or RULES[table].has_people:
                kept.row(table, email_address=ADA)
        ended = kept.forget(ADA)
        holds_people = any(RULES[one].has_people for one in left if one in RULES)
        is_known = holds_people or "readers__history" in left
        assert (ended.exit_code, ended.err) == (0 if is_known else 1, "")
        assert ADA not in kept.everything()
        kept.sql(f"drop table {left.pop()}")


def test_a_history_that_no_registry_knows_is_found_by_its_columns(kept: Kept) -> None:
    kept.version(ADA)
    kept.sql("alter table readers__history rename to readers_of_before")
    assert kept.forget(ADA).exit_code == 0
    assert kept.addresses("readers_of_before") == set()


def test_the_pages_of_a_killed_read_are_removed_and_who_stands_there_is_found(kept: Kept) -> None:
    for name in ("mailchimp_members", "mailchimp_events", "mailchimp_lists"):
        kept.sql(f"create table loader_read_{name} as select *, 0 as page from {name}")
    kept.sql(f"create table {PAGES} as select *, 0 as position from mailchimp_members")
    kept.row(PAGES, email_address=ADA)
    kept.row("loader_read_mailchimp_events", email_address=BOB)
    ended = kept.forget(ADA, BOB)
    assert (ended.exit_code, "Erased 2 people" in ended.out) == (0, True)
    assert "4 temporary tables of a killed read" in ended.out
    assert (
        kept.query(
            "select table_name from information_schema.tables where table_name like '%_read_%'"
        )
        == []
    )


@pytest.mark.parametrize(
    "spelled", ["Dev", pytest.param("dev", marks=pytest.mark.duckdb_only("letters of a name"))]
)
def test_another_schema_is_named_and_erased_from_when_it_is_asked_for(
    kept: Kept, spelled: str
) -> None:
    kept.schema("Dev")
    for schema in ("main", '"Dev"'):
        kept.version(ADA, history=f"{schema}.readers__history")
        kept.row(f"{schema}.loader_ledger", email_address=ADA)
    ended = kept.forget(ADA)
    assert (ended.exit_code, "--schema Dev" in ended.out) == (0, True)
    assert "Dev.loader_ledger (1 time)" in ended.out
    assert kept.query('select count(*) from "Dev".loader_ledger') == [(1,)]

    ended = kept.forget(ADA, options=("--schema", spelled))
    assert (ended.exit_code, "--schema" in ended.out) == (0, False)
    assert ADA not in kept.everything()
    assert kept.forget(ADA, options=("--schema", "nowhere")).exit_code == 2


def test_a_history_in_a_schema_of_its_own_is_in_reach_and_that_of_another_registry_is_not(
    kept: Kept,
) -> None:
    kept.schema("dev")
    kept.sql("create schema marketing")
    for name, home in (("mine", "main"), ("theirs", "dev")):
        kept.sql(f"create table marketing.{name}__history as select * from readers__history")
        history = kept.named("marketing", f"{name}__history")
        kept.row(f"{home}.loader_audiences", audience=name, status="removed", history=history)
        kept.version(ADA, history=f"marketing.{name}__history")
    assert kept.forget(ADA).exit_code == 0
    assert kept.addresses("marketing.mine__history") == set()
    assert kept.addresses("marketing.theirs__history") == {ADA}


@pytest.mark.parametrize(("given", "has_id"), [("7", True), (ADA, False)])
def test_what_an_audience_selected_is_erased_as_it_was_selected(
    kept: Kept, given: str, *, has_id: bool
) -> None:
    kept.sql(f"update loader_audiences set relation = '{kept.named('main', 'readers')}'")
    kept.sql("create table readers (email_address varchar, person_id integer, fname varchar)")
    spelled = [f" {ADA.upper()}\u3000", ADA, f"\ufeff{ADA}\t"]
    for address, number in [*((one, 7) for one in spelled), (None, 7), (BOB, 8), (None, 8)]:
        kept.row("readers", email_address=address, person_id=number, fname="x")
    if not has_id:
        kept.sql("alter table readers drop person_id")
    kept.version(ADA, "7")
    assert kept.forget(given).exit_code == 0
    left = {address for (address,) in kept.query("select email_address from readers")}
    assert left == {BOB, None}
    assert len(kept.query("select * from readers")) == (2 if has_id else 3)


def test_tables_that_are_not_ours_stay_and_are_named(kept: Kept) -> None:
    kept.sql(f"create table raw_customers as select 1 as id, array['{ADA.title()}'] as contacts")
    kept.version(ADA)
    ended = kept.forget(ADA)
    assert "main.raw_customers (1 time)" in ended.out
    assert kept.query("select count(*) from raw_customers") == [(1,)]


def test_who_is_not_found_is_told_by_line_and_the_others_are_erased(kept: Kept) -> None:
    kept.version(ADA)
    ended = kept.forget(ADA, "", "nobody@shop.de", "Ada Lovelace", ADA, "x\x00y", f"{BOB},{ADA}")
    assert ended.exit_code == 1
    assert "Erased 1 person" in ended.out
    assert "Not found: 4 of 6. Nothing is recorded about lines 3, 4, 6, 7." in ended.out
    assert "Lines 4, 6, 7: neither an address nor a known person_id." in ended.out
    assert kept.addresses() == set()
    assert ADA not in ended.output
    assert "nobody@shop.de" not in ended.output


def test_a_file_may_have_a_byte_order_mark_and_line_ends_of_any_kind(kept: Kept) -> None:
    kept.version(ADA)
    kept.version(BOB)
    ended = kept.forget(raw=b"\xef\xbb\xbf" + f"{ADA}\r\n{BOB}\r\n".encode())
    assert (ended.exit_code, "Erased 2 people" in ended.out) == (0, True)


def test_what_nobody_sees_around_an_address_or_an_id_hides_nobody(kept: Kept) -> None:
    people = {one: f"u{ord(one):x}" for one in WHITE_SPACE + FORMAT_CHARACTERS if one != "\n"}
    rows = (
        f"('{key}', '{person}', date '2026-01-01', date '2026-01-02')"
        for name in people.values()
        for key, person in ((f"{name}@shop.de", ""), (f"(none) person B{name}", f"B{name}"))
    )
    columns = "email_address, person_id, dbt_valid_from, dbt_valid_to"
    kept.sql(f"insert into readers__history ({columns}) values {', '.join(rows)}")
    lines = [
        f"{one}{given}{one}"
        for one, name in people.items()
        for given in (f"{name}@shop.de", f"B{name}")
    ]
    ended = kept.forget(*lines)
    assert (ended.exit_code, kept.addresses()) == (0, set())


@pytest.mark.parametrize("raw", [b"", b"\n \r\n", b"\xef\xbb\xbf", "ada@shop.de".encode("utf-16")])
def test_what_names_nobody_is_refused(kept: Kept, raw: bytes) -> None:
    assert kept.forget(raw=raw).exit_code == 2


def test_quotes_in_a_line_are_not_sql(kept: Kept) -> None:
    kept.version("o'hara@shop.de", "P'1")
    assert kept.forget("o'hara@shop.de").exit_code == 0
    assert kept.forget("'; drop table loader_acks; --", '" or 1=1').exit_code == 1
    assert kept.query("select count(*) from loader_acks") == [(0,)]


def test_an_address_with_other_letters_is_lowered_as_the_warehouse_lowers_it(kept: Kept) -> None:
    for written in ("ΣΟΦΟΣ@shop.de", "İstanbul@shop.de", "ÄRGER@Straße.de"):
        kept.sql(
            "insert into readers__history (email_address, dbt_valid_from, dbt_valid_to)"
            f" values (lower('{written}'), '2026-01-01', '2026-01-02')"
        )
        assert kept.forget(written).exit_code == 0
        assert kept.addresses() == set()


def test_a_schema_without_a_table_of_ours_is_told(kept: Kept) -> None:
    for table in (*RULES, "readers__history"):
        kept.sql(f"drop table {table}")
    ended = kept.forget(ADA)
    assert (ended.exit_code, "no table of the loader" in ended.err) == (2, True)


def test_only_a_history_is_taken_for_one() -> None:
    assert rule_of("customers", ["email_address", "person_id", "dbt_valid_to"]) is None
