"""Interests and marketing permissions, by their names in Mailchimp."""

from typing import Any, NamedTuple

import pytest

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

AT = "@people.example.com"
GROUPS = [
    {"title": "News", "interests": ["Sports", "Café & more"]},
    {"title": "Region", "interests": ["North", "Sports"]},
]
PERMISSIONS = ["Email", "Direct mail"]
SINGLE = "PATCH /lists/{list_id}/members/{subscriber_hash}"
Switches = dict[str, str]
TOLD: Switches = {"Email": "one", "direct mail": "other"}
BOTH: Switches = {"Email": "one", "Direct mail": "one"}
HERS: Switches = {"Email": "true", "Direct mail": "other"}
NOT_THERE: Switches = {"Email": "one", "Telephone": "other"}
# audiences with a list each, and what they say; whoever is in `people` consents
OF_INTERESTS: dict[str, Switches] = {
    "unknown": {"Café & more": "one", "FNAME": "null"},
    "known": {"Café & more": "one", "news: sports": "other"},
    "unsaid": {"Café & more": "one", "North": "other"},
    "ambiguous": {"Sports": "one"},
}
OF_PERMISSIONS: dict[str, Switches] = {"told": TOLD, "hers": HERS}
ASKING: dict[str, Switches] = {"refusing": {"Email": "one"}, "withdrawing": BOTH}
NAMED = ("known", "told")
LACKING: dict[str, list[str]] = {"without_any": [], "without_one": ["Email"]}
# two audiences of one list, the second with what may happen to contacts
DIFFERENT = {"writing": "upsert", "permitting": "none"}


class Built(NamedTuple):
    """A shop with many audiences that are not sent yet, and their lists."""

    shop: Shop
    lists: dict[str, str]

    def sync(self, *audiences: str) -> dict[str, int]:
        """Send some audiences; what was written."""
        self.shop.forget_requests()
        self.shop.sync("--allow-first-sync", *selected(*audiences))
        return self.shop.writes()

    def refused(self, audience: str) -> str:
        """Try to send an audience, which is refused before the first write; what was said."""
        ended = self.shop.loader("sync", "--allow-first-sync", *selected(audience))
        assert (ended.exit_code, self.shop.writes()) == (2, {})
        return ended.output

    def build(self, audience: str, *statements: str) -> None:
        """Change the warehouse, and let dbt build an audience again."""
        self.shop.sql(*statements)
        self.shop.dbt("run", "--select", audience)

    def members(self, name: str) -> dict[str, dict[str, Any]]:
        found = self.shop.sandbox.members(self.lists[name])
        return {one["email_address"].removesuffix(AT): one for one in found}

    def shown(self, name: str, what: str) -> dict[str, dict[str, bool]]:
        return {key: one[what] for key, one in self.members(name).items()}


def selected(*audiences: str) -> list[str]:
    """The options that name some audiences."""
    return [word for name in audiences for word in ("--select", name)]


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> Built:
    """Every audience is built, and none is sent."""
    shop = Shop(tmp_path_factory.mktemp("switches"), dbt, sandbox)
    shop.sql(
        "create table people as select * from (values"
        f" ('ada{AT}', true, true), ('bob{AT}', false, null)) as rows (email_address, one, other)"
    )
    lists = {name: sandbox.new_list(interest_categories=GROUPS) for name in OF_INTERESTS}
    for name in (*OF_PERMISSIONS, *ASKING, *DIFFERENT):
        lists[name] = sandbox.new_list(marketing_permissions=PERMISSIONS)
    for name, permissions in LACKING.items():
        settings = {"marketing_permissions": permissions} if permissions else {}
        lists[name] = sandbox.new_list(**settings)
    for name, switches in (*OF_INTERESTS.items(), *OF_PERMISSIONS.items()):
        audience(shop, name, switches, list_id=lists[name])
    for name, switches in ASKING.items():
        audience(shop, name, switches, consent="one", list_id=lists[name])
    for name in LACKING:
        audience(shop, name, NOT_THERE, list_id=lists[name])
    for name, contacts in DIFFERENT.items():
        for place, (said, more) in enumerate((("true", "upsert"), ("false", contacts))):
            each = f"{name}_{place}"
            audience(shop, each, {"Email": said}, list_id=lists[name], contacts=more)
    shop.dbt("run")
    shop.keep()
    return Built(shop, lists)


@pytest.fixture
def built(kept: Built) -> Built:
    kept.shop.put_back()
    return kept


def audience(
    shop: Shop,
    name: str,
    switches: Switches,
    consent: str = "true",
    fname: str = "x",
    **mailchimp: Any,  # noqa: ANN401 - any configuration
) -> None:
    of = "interests" if name in OF_INTERESTS else "marketing_permissions"
    named = f", '{fname}' as fname" if name in NAMED else ""
    columns = f"{shop.struct(switches)} as {of}{named}"
    sql = f"select email_address, {consent} as marketing_consent, {columns} from people"
    shop.audience(name, sql, **mailchimp)


def test_interests_are_switched_by_name_in_the_calls_of_the_contacts(built: Built) -> None:
    assert "has no interest 'FNAME'" in built.refused("unknown")
    # the field of the same name came with it
    assert built.sync("known") == {"POST /lists/{list_id}": 1}
    off = {"News: Sports": False, "Café & more": False, "North": False, "Region: Sports": False}
    assert built.shown("known", "interests") == {
        "ada": off | {"Café & more": True, "News: Sports": True},
        "bob": off,
    }


def test_what_a_row_does_not_say_of_an_interest_stays_as_it_is(built: Built) -> None:
    built.shop.sandbox.put(
        built.lists["unsaid"],
        {
            "email_address": f"bob{AT}",
            "status": "subscribed",
            "interests": ["Café & more", "North"],
        },
    )
    built.sync("unsaid")
    bob = built.shown("unsaid", "interests")["bob"]
    assert (bob["Café & more"], bob["North"]) == (False, True)


def test_a_name_that_is_in_two_groups_has_to_say_which(built: Built) -> None:
    assert "region: sports" in built.refused("ambiguous")


def test_permissions_are_told_contact_by_contact_and_only_when_they_change(built: Built) -> None:
    assert built.sync("told") == {"POST /lists/{list_id}": 1, SINGLE: 2}
    assert built.shown("told", "marketing_permissions") == {
        "ada": {"Email": True, "Direct mail": True},
        "bob": {"Email": False, "Direct mail": False},
    }
    audience(built.shop, "told", TOLD, fname="y", list_id=built.lists["told"])
    built.build("told")
    assert built.sync("told") == {"POST /lists/{list_id}": 1}
    built.build("told", f"update people set one = false where email_address = 'ada{AT}'")
    assert built.sync("told") == {SINGLE: 1}
    assert built.shown("told", "marketing_permissions")["ada"] == {
        "Email": False,
        "Direct mail": True,
    }


@pytest.mark.parametrize("name", LACKING)
def test_permissions_that_the_list_has_not_stop_the_audience(built: Built, name: str) -> None:
    zoe = {"email_address": f"zoe{AT}", "status": "subscribed"}
    built.shop.sandbox.put(built.lists[name], zoe)
    assert "no marketing permission" in built.refused(name)


def test_nobody_who_refuses_is_told_of(built: Built) -> None:
    built.sync("refusing")
    assert set(built.members("refusing")) == {"ada"}


def test_two_audiences_that_want_different_permissions_send_neither(built: Built) -> None:
    built.sync("writing_0", "writing_1")
    assert built.members("writing") == {}
    rows = built.shop.rejections("audience", "reason")
    (reasons,) = {reason for audience, reason in rows if audience.startswith("writing_")}
    assert reasons == "writing_0 and writing_1 want different values for Email"


def test_what_a_person_does_not_permit_any_more_is_told_also_without_consent(
    built: Built,
) -> None:
    built.sync("withdrawing")
    built.build("withdrawing", "update people set one = false")
    built.sync("withdrawing")
    ada = built.members("withdrawing")["ada"]
    assert ada["status"] == "unsubscribed"
    assert ada["marketing_permissions"] == {"Email": False, "Direct mail": False}
    assert built.sync("withdrawing") == {}


def test_what_a_person_switched_off_in_mailchimp_stays_off_when_another_changes(
    built: Built,
) -> None:
    built.sync("hers")
    off = {"email_address": f"ada{AT}", "marketing_permissions": {"Email": False}}
    built.shop.sandbox.put(built.lists["hers"], off)
    built.build("hers", "update people set other = false")
    built.sync("hers")
    assert built.shown("hers", "marketing_permissions")["ada"] == {
        "Email": False,
        "Direct mail": False,
    }


def test_an_audience_that_writes_permissions_alone_may_not_contradict_another(
    built: Built,
) -> None:
    list_id = built.lists["permitting"]
    rows = built.shop.query(f"select reason from loader_conflicts where list_id = '{list_id}'")
    reasons = {row["reason"] for row in rows}
    assert reasons == {"permitting_0 and permitting_1 want different values for Email"}
