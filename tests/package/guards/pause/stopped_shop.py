"""A shop in which some audiences stop at every run, each for a reason of its own."""

import json
from datetime import datetime, timedelta
from typing import Any

from command_line import Printed
from shop import Shop

AT = "@people.example.com"
MONDAY = datetime(2030, 1, 7, 4)  # noqa: DTZ001 - UTC without a zone, as in the warehouse
DAY = timedelta(days=1)
DAILY = {"schedule": "0 3 * * *"}
PEOPLE = 30
Places = dict[tuple[str, str | None], int]  # exit codes by audience and list
# what stops whom at every run, until a person does something about it, with the exit code
LASTING = {"guarded": 5, "gone": 3, "typed": 2, "twin_a": 2, "twin_b": 2, "nowhere": 2}
SETTINGS: dict[str, dict[str, Any]] = {
    "guarded": {"on_leave": "archive"},
    "twin_a": {"segment": "Twins"},
    "twin_b": {"segment": "Twins"},
    "nowhere": {"timezone": "Europe/Nowhere"},
}


class StoppedShop:
    """The shop, night after night."""

    def __init__(self, shop: Shop) -> None:
        """Build the audiences and send them, before something comes over some of them."""
        self.shop = shop
        self.now = MONDAY
        self.lists = {name: shop.sandbox.new_list() for name in (*LASTING, "fine")}
        self.lists["twin_b"] = self.lists["twin_a"]
        for name in (*LASTING, "fine"):
            self.configure(name, **SETTINGS.get(name, {}))
            shop.sql(
                f"create table {name}_people as select range as number,"
                f" 'p' || range || '{AT}' as email_address, true as marketing_consent,"
                f" case when '{name}' = 'typed' then 'a' end as word"
                f" from generate_series(0, {PEOPLE - 1}) as numbers(range)"
            )
        field = {"tag": "WORD", "name": "Word", "type": "number"}
        shop.sandbox.must("POST", f"/lists/{self.lists['typed']}/merge-fields", field)
        self._let_one_feed_two_lists()
        shop.dbt("run")
        shop.put_clock(self.now)
        shop.sync("--select", "guarded", "--select", "gone", "--select", "fine")
        shop.sql(f"delete from guarded_people where number >= {PEOPLE // 2}")
        shop.dbt("run", "--select", "guarded")
        shop.sandbox.control("DELETE", f"/lists/{self.lists['gone']}")

    def let_three_nights_pass(self) -> None:
        """A run a night, by schedule; what was printed, and who is paused then."""
        self.printed: list[Printed] = []
        self.paused_after: list[Places] = []
        for _ in range(3):
            self.printed.append(self.night("--due"))
            self.paused_after.append(self.paused())
        self.shop.keep()
        self._kept = dict(self.lists)

    def configure(self, name: str, **settings: Any) -> None:  # noqa: ANN401 - of an audience
        """Write the file of an audience."""
        mailchimp = {"list_id": self.lists[name], **DAILY, **settings}
        self.shop.audience(name, f"select * from {name}_people", **mailchimp)

    def _let_one_feed_two_lists(self) -> None:
        """One of the lists is gone."""
        places = [self.lists["fine"], self.lists["gone"]]
        meta = {"mailchimp": [{"list_id": one, "contacts": "update", **DAILY} for one in places]}
        sql = f"{{{{ config(meta={meta!r}) }}}}\nselect * from fine_people\n"
        (self.shop.folder / "models/both.sql").write_text(sql)

    @property
    def stopped(self) -> Places:
        """What stops at every run."""
        found: Places = {(name, self.lists[name]): code for name, code in LASTING.items()}
        return found | {("both", self.lists["gone"]): 3}

    def night(self, *options: str, **environment: Any) -> Printed:  # noqa: ANN401 - as for the loader
        """A run of the next night."""
        self.now += DAY
        self.shop.put_clock(self.now)
        return self.shop.loader("sync", *options, **environment)

    def report(self, *options: str) -> dict[str, Any]:
        """The report of a run of the next night."""
        found: dict[str, Any] = json.loads(self.night("--json", *options).out)
        return found

    def paused(self) -> Places:
        """What is paused now, with the exit code, by audience and list."""
        rows = self.shop.query(
            "select audience, list_id, exit_code from loader_pauses"
            " where paused_at is not null and resumed_at is null"
        )
        return {(row["audience"], row["list_id"]): row["exit_code"] for row in rows}

    def stops(self) -> dict[str, int]:
        """How often in a row audiences stopped that are not paused."""
        rows = self.shop.query(
            "select audience, list_id, stops from loader_pauses where paused_at is null"
        )
        return {row["audience"]: row["stops"] for row in rows}

    def one_withdraws(self, name: str) -> None:
        """Somebody withdraws the consent, and somebody else is new in an audience."""
        self.shop.sql(
            f"update {name}_people set marketing_consent = false where number = 1",
            f"insert into {name}_people values (99, 'new{AT}', true, null)",
        )
        self.shop.dbt("run", "--select", name)

    def put_back(self) -> None:
        """As it was kept."""
        self.shop.put_back()
        self.lists = dict(self._kept)
        self.now = MONDAY + 3 * DAY
        self.shop.put_clock(self.now)
