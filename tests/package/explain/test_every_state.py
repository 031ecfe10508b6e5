"""`loader explain`: why somebody is in Mailchimp or not, in every state of a contact."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from loader.model.batch import Operation
from sandbox_process import SandboxProcess
from shop import Shop
from tests.package.explain.people_in_every_state import AT, begin, pass_a_day
from tests.package.explain.stories import Stories, part, printed

ROOT = Path(__file__).parent.parent.parent.parent


class State(NamedTuple):
    """Somebody, what is said of them in an audience, and of what would change it."""

    who: str
    verdict: str
    says: str = ""
    changed_by: str = ""
    audience: str = "readers"


STATES = (
    State("ada", "in_step", "as it is wanted, subscribed", "Other values"),
    State("leaves", "to_send", "archives the contact", "`loader sync`"),
    State("stays", "kept_by_others", "another audience wants it (vips)", "let the person go"),
    State("stays", "in_step", audience="vips"),
    State("unsubscribes", "changed_in_mailchimp", "as unsubscribed", "Only the person"),
    State("bounces", "changed_in_mailchimp", "as cleaned", "A new address"),
    State("archived", "changed_in_mailchimp", "as archived", "unarchive it"),
    State("deleted", "missing", "did not show", "`loader verify --repair`"),
    State("withdraws", "to_send", "because consent was withdrawn"),
    State("changes", "to_send", "sends the contact"),
    State("joins", "to_send", "sends the contact"),
    State("moves", "changes_address", f"moved{AT}", "the new address"),
    State("moved", "to_send", "its new address"),
    State("evades", "settled", "already unsubscribed", "selects the person again"),
    State("evaded", "held", "unsubscribed", "Only the person"),
    State("forgotten", "rejected", "was permanently deleted", "`--retry-rejected`"),
    State("pending", "held", "pending", "The person confirms"),
    State("refuses", "held", "no consent", "The person consents"),
    State("refused_and_left", "not_selected_any_more", "nothing of it was sent"),
    State("was_there", "not_ours", "before the loader"),
    State("has_left", "left", "archived", "selects the person again"),
    State("gone", "settled", "already unsubscribed", "selects the person again"),
    State("was_kept", "kept", "`on_leave: keep`", audience="vips"),
    State("conflict", "invalid", "want different values for FNAME", "One value", "readers"),
    State("conflict", "invalid", "want different values for FNAME", "One value", "arguing"),
    State("twice", "in_step"),
    State("mal formed", "invalid", "malformed address", "One `@`"),
    State("was_there", "held", "exists", "`contacts: upsert`", "creating"),
    State("nobody_there", "held", "not on the list yet", "Another audience or a form", "updating"),
    State("ada", "not_selected", "Not selected", "dbt runs", "vips"),
)


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Shop:
    """Two syncs, and then a day in the shop and in Mailchimp, after which dbt and a pull ran."""
    shop = Shop(tmp_path_factory.mktemp("explain"), dbt, sandbox)
    begin(shop)
    pass_a_day(shop)
    shop.keep()
    return shop


@pytest.fixture(scope="module")
def stories(shop: Shop) -> Stories:
    return Stories(shop)


@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state.who}-{state.audience}")
def test_each_state_is_told_with_what_would_change_it(stories: Stories, state: State) -> None:
    found = stories.place(f"{state.who}{AT}", state.audience)
    assert (found["verdict"], found["stopped"]) == (state.verdict, None)
    assert state.says in found["says"]
    assert state.changed_by in found["changed_by"]
    text = stories.text(f"{state.who}{AT}")
    is_named = state.verdict != "not_selected"
    assert (state.says.rstrip(".") in text) or not is_named
    assert f"What would change it: {found['changed_by'][:1].lower()}" in text or "`" in text


def test_nothing_changes_and_no_request_is_sent(shop: Shop) -> None:
    before = everything(shop)
    shop.forget_requests()
    for who in ("moved", "conflict", "nobody"):
        printed(shop, f"{who}{AT}")
    assert everything(shop) == before
    assert shop.sandbox.requests()["total"] == 0


def everything(shop: Shop) -> dict[str, list[Any]]:
    """All that stands in the warehouse."""
    tables = "select table_name as name from information_schema.tables where table_schema = 'main'"
    relations = shop.query(f"{tables} and table_type = 'BASE TABLE'")
    return {one["name"]: shop.rows(f'"{one["name"]}"') for one in relations}


def test_the_next_sync_does_what_was_told(shop: Shop, stories: Stories) -> None:
    everybody = [
        row["email_address"]
        for row in shop.query(
            "select distinct email_address from readers__history where email_address like '%@%'"
        )
    ]
    foretold = {
        (place["audience"], one["segment"], place["email_address"], action_of(one["operation"]))
        for who in everybody
        for place in stories.told(who)["places"]
        for one in place["parts"]
        if one["operation"] is not None
    }
    earlier = {row["run_id"] for row in shop.query("select run_id from loader_runs")}
    shop.sync("--allow-leaves")
    acked = shop.query(
        "select * from loader_acks where outcome = 'accepted' and reason_code is null"
    )
    told_mailchimp = {
        (row["audience"], row["segment"], row["email_address"], row["action"])
        for row in acked
        if row["run_id"] not in earlier
    }
    shop.put_back()
    assert foretold == told_mailchimp
    assert len(foretold) > 10


def action_of(operation: str) -> str:
    """What an acknowledgement calls an operation."""
    return Operation(operation).action


def test_what_is_wanted_what_was_confirmed_and_in_which_run(shop: Shop, stories: Stories) -> None:
    found = stories.place(f"changes{AT}", "readers")
    contact = part(found, "contact")
    (first, *_) = shop.query("select run_id from loader_runs order by started_at")
    assert found["selection"]["wanted"]["merge_fields"] == {"FNAME": "Second"}
    assert contact["confirmed_in"] == first["run_id"]
    assert contact["confirmed_at"] == contact["answered_at"]
    assert (contact["rule"], contact["operation"]) == ("change", "upsert")
    text = stories.text(f"changes{AT}")
    assert f"in run {first['run_id']}" in text
    assert '"FNAME":"Second"' in text
    assert '"FNAME":"First"' in text  # what Mailchimp shows


def test_segments_and_tags_have_verdicts_of_their_own(stories: Stories) -> None:
    found = stories.place(f"ada{AT}", "readers")
    assert part(found, "segment")["verdict"] == "in_step"
    tags = {one["segment"]: one["operation"] for one in found["parts"] if one["kind"] == "tag"}
    assert tags == {"vip": "tag_remove", "gold": "tag_add"}
    waiting = part(stories.place(f"forgotten{AT}", "readers"), "segment")
    assert (waiting["verdict"], waiting["rule"]) == ("waits", "contact_stopped")
    assert "segment 'Readers': in step" in stories.text(f"ada{AT}")


def test_a_rejection_has_the_words_of_mailchimp_and_when_it_is_retried(
    shop: Shop, stories: Stories
) -> None:
    contact = part(stories.place(f"forgotten{AT}", "readers"), "contact")
    assert (contact["rule"], contact["attempts"]) == ("in_backoff", 1)
    answered, retried = contact["answered_at"], contact["retried_at"]
    days = shop.query(f"select '{retried}'::date - '{answered}'::date as days")
    assert days == [{"days": 1}]
    assert "retried from" in stories.text(f"forgotten{AT}")


def test_somebody_who_unsubscribed_under_an_earlier_address_is_told_why(stories: Stories) -> None:
    contact = part(stories.place(f"evaded{AT}", "readers"), "contact")
    assert (contact["rule"], contact["previous_email"]) == ("not_subscribed", f"evades{AT}")
    assert f"under an earlier address, evades{AT}" in stories.text(f"evaded{AT}")


def test_an_answer_that_could_not_be_used_is_told_and_owed_again(shop: Shop) -> None:
    shop.sql(
        "update loader_ledger set confirmed_hash = null, outcome = 'unknown', attempts = 2,"
        f" reason_code = 'no_usable_answer' where kind = 'contact' and email_address = 'ada{AT}'"
    )
    stories = Stories(shop)
    assert stories.place(f"ada{AT}", "readers")["verdict"] == "to_send"
    assert "last answer: upsert unknown (no usable answer), " in stories.text(f"ada{AT}")
    assert ", 2 times in a row" in stories.text(f"ada{AT}")
    shop.put_back()


def test_events_are_counted_where_they_were_pulled(stories: Stories) -> None:
    events = {one["event"]: one["times"] for one in stories.told(f"bounces{AT}")["events"]}
    assert events["opened"] == 1
    assert "opened 1 time, the last time 20" in stories.text(f"bounces{AT}")
    assert stories.told(f"ada{AT}")["events"] == []


def test_what_a_verify_has_found_is_told(shop: Shop) -> None:
    shop.loader("verify", "--select", "readers")
    stories = Stories(shop)
    found = [one["drift_type"] for one in stories.told(f"bounces{AT}")["differences"]]
    assert "status_changed" in found
    assert "readers: contact: another status, found 20" in stories.text(f"bounces{AT}")
    shop.put_back()


def test_rows_that_were_dropped_are_told(stories: Stories) -> None:
    assert stories.place(f"twice{AT}", "readers")["selection"]["dropped_rows"] == 1
    assert "1 more row of the model has this address" in stories.text(f"twice{AT}")


def test_an_address_leads_to_the_one_before_and_not_to_a_household(stories: Stories) -> None:
    def addresses(who: str) -> list[str]:
        return [one["email_address"] for one in stories.told(who)["addresses"]]

    assert addresses(f"moves{AT}") == [f"moves{AT}", f"moved{AT}"]
    assert addresses(f"home1{AT}") == [f"home1{AT}"]
    text = stories.text(f"home1{AT}")
    assert "occurs in 2 rows, so it does not say who somebody is" in text
    assert f"home2{AT}" not in text
    assert sorted(addresses("household")) == [f"home1{AT}", f"home2{AT}"]


def test_a_person_id_may_be_an_argument(shop: Shop) -> None:
    ended = shop.loader("explain", "nowhere", MAILCHIMP_API_KEY=None)
    assert (ended.exit_code, ended.out.split("\n", 1)[0]) == (
        0,
        "no address (the same person_id had it)",
    )
    assert "Invalid: no address." in ended.out
    assert "not on it" in ended.out


def test_somebody_whom_only_mailchimp_has_is_found(shop: Shop, stories: Stories) -> None:
    signed_up = f"signed_up{AT}"
    shop.sandbox.put(shop.list_id, {"email_address": signed_up})
    shop.loader("pull")
    story = stories.told(signed_up)
    assert {one["verdict"] for one in story["places"]} == {"not_selected"}
    assert [one["status"] for one in story["mailchimp"]] == ["subscribed"]
    assert "Not selected by" in stories.text(signed_up)
    shop.put_back()


def test_the_object_has_the_documented_names(shop: Shop, stories: Stories) -> None:
    page = (ROOT / "docs/reference/explain.md").read_text()
    story = stories.told(f"forgotten{AT}")
    nobody = json.loads(printed(shop, f"nobody{AT}", "--json").out)
    names = set(names_of({**story, "wanted": None})) | set(names_of(nobody))
    assert {name for name in names if f"`{name}`" not in page} == set()


def names_of(value: object, *, of: str = "") -> list[str]:
    """The names in an object, but for those of fields and of lists."""
    if isinstance(value, list):
        return [name for one in value for name in names_of(one, of=of)]
    if not isinstance(value, dict) or of in ("wanted", "merge_fields", "interests", "lists"):
        return []
    return [*value, *(name for key, one in value.items() for name in names_of(one, of=key))]
