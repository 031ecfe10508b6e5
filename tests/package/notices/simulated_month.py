"""A month of a shop that is synced by cron, and the mailbox of whoever is told.

From 4 March to 3 April 2030 a call of `loader sync --due` at 02:30 stands for each ordinary night.
Where something happens, the half-hourly calls around it are made one by one. Then the clock jumps
to the last weekend of October, when it is set back. dbt runs when the data change: three times.
The other calls of the crontab would find nothing due, or an audience with nothing to send.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from shop import Shop
from tests.package.notices.receivers import Webhook

BERLIN = ZoneInfo("Europe/Berlin")
HALF_AN_HOUR = timedelta(minutes=30)
FIRST, LAST = datetime(2030, 3, 4), datetime(2030, 4, 3)  # noqa: DTZ001 - days
EVERY_REQUEST_FAILS = {"kind": "503_html", "rate": 1.0, "writes": False}
PEOPLE = "select number || '@month.shop.de' as email_address, postcode, marketing_consent from "


class SimulatedMonth:
    """The shop, from call to call.

    Attributes:
        mailbox: when a notice came, by the clock of Berlin, and its title.
        bodies: what the notices said, in their order.
    """

    def __init__(self, shop: Shop, webhook: Webhook) -> None:
        self.shop = shop
        self.mailbox: list[str] = []
        self.bodies: list[str] = []
        self._ahead = timedelta()
        self._webhook = webhook
        self.lists = {name: shop.sandbox.new_list(name=name) for name in ("newsletter", "trials")}
        field = {"tag": "POSTCODE", "name": "Postcode", "type": "zip"}
        for name, schedule in (("newsletter", "30 2 * * *"), ("trials", "0 * * * *")):
            shop.sandbox.control("PUT", f"/lists/{self.lists[name]}", {"merge_fields": [field]})
            shop.sql(
                f"create table {name}_people as select range as number, '10115' as postcode,"
                " true as marketing_consent from generate_series(0, 29) as numbers(range)"
            )
            shop.audience(
                name,
                PEOPLE + f"{name}_people",
                list_id=self.lists[name],
                on_leave="unsubscribe",
                schedule=schedule,
                timezone="Europe/Berlin",
            )
        shop.dbt("run")

    def let_it_pass(self) -> None:
        """The month, and then a weekend in October."""
        days = {
            7: self._a_list_goes_and_comes_back,
            9: self._mailchimp_is_away_in_the_afternoon,
            10: self._mailchimp_is_away_at_night,
            12: self._the_machine_is_off_at_night,
            14: self._many_leave_and_many_are_rejected,
            15: self._a_person_lets_them_leave,
            18: self._the_data_are_mended,
            20: self._a_list_goes_until_somebody_resumes,
            25: self._a_person_pauses,
            27: self._a_person_resumes,
            31: self._the_clocks_go_forward,
        }
        day = FIRST
        while day <= LAST:
            happens = days.get(day.day) if day.month == FIRST.month else None
            if happens is None:
                self.due(day, "02:30")
            else:
                happens(day)
            day += timedelta(days=1)
        self._the_clocks_go_back()

    def due(self, day: datetime, *times: str, fails: bool = False) -> None:
        """Cron calls `loader sync --due` at these times of the clock of Berlin."""
        self.shop.sandbox.faults(*([EVERY_REQUEST_FAILS] if fails else []))
        for time in times:
            self._call(_utc(day, time))
        self.shop.sandbox.faults()

    def completed(self, audience: str) -> list[str]:
        """When syncs of an audience came to their end, by the clock of Berlin."""
        rows = self.shop.query(
            "select started_at from loader_runs where exit_code in (0, 1, 5)"
            f" and audience = '{audience}' order by started_at"
        )
        return [_in_berlin(row["started_at"]) for row in rows]

    def _call(self, moment: datetime) -> None:
        self._loader(moment, "sync", "--due", "--retry-seconds", "0")

    def _loader(self, moment: datetime, *arguments: str) -> None:
        self.shop.put_clock(moment)
        step, self._ahead = self.shop.ahead - self._ahead, self.shop.ahead
        self.shop.sandbox.control("POST", "/clock", {"advance": step.total_seconds()})
        self.shop.loader(*arguments, MAILCHIMP_NOTICES=self._webhook.url)
        self.bodies += [one["message"] for one in self._webhook.received]
        self.mailbox += [f"{_in_berlin(moment)}  {one}" for one in self._webhook.titles()]

    def _a_list_goes_and_comes_back(self, day: datetime) -> None:
        path = f"/lists/{self.lists['newsletter']}"
        self.shop.sandbox.control("DELETE", path)
        self.due(day, "02:30", "03:00")
        self.shop.sandbox.control("PUT", path)
        self.due(day, "03:30", "04:00")

    def _mailchimp_is_away_in_the_afternoon(self, day: datetime) -> None:
        self.due(day, "02:30", "13:00", "13:30")
        self.due(day, "14:00", fails=True)
        self.due(day, "14:30", "15:00")

    def _mailchimp_is_away_at_night(self, day: datetime) -> None:
        self.due(day, "02:30", fails=True)
        self.due(day, "03:00", "03:30")

    def _the_machine_is_off_at_night(self, day: datetime) -> None:
        self.due(day, "09:00", "09:30")

    def _many_leave_and_many_are_rejected(self, day: datetime) -> None:
        self.shop.sql(
            "delete from newsletter_people where number < 20",
            "update trials_people set postcode = 'nowhere' where number < 12",
        )
        self.shop.dbt("run")
        self.due(day, "02:30", "03:00")

    def _a_person_lets_them_leave(self, day: datetime) -> None:
        self.due(day, "02:30", "03:00")
        self._loader(_utc(day, "09:30"), "sync", "--select", "newsletter", "--allow-leaves")

    def _the_data_are_mended(self, day: datetime) -> None:
        self.shop.sql("update trials_people set postcode = '10117'")
        self.shop.dbt("run")
        self.due(day, "02:30", "03:00")

    def _a_list_goes_until_somebody_resumes(self, day: datetime) -> None:
        path = f"/lists/{self.lists['trials']}"
        self.due(day, "02:30")
        self.shop.sandbox.control("DELETE", path)
        self.due(day, "10:00", "10:30", "11:00", "11:30", "12:00")
        self.shop.sandbox.control("PUT", path)
        self.due(day, "15:00")
        self._loader(_utc(day, "15:45"), "resume", "trials")
        self.due(day, "16:00", "17:00")

    def _a_person_pauses(self, day: datetime) -> None:
        self.due(day, "02:30")
        self._loader(_utc(day, "12:00"), "pause", "newsletter", "--reason", "The CRM moves")

    def _a_person_resumes(self, day: datetime) -> None:
        self.due(day, "02:30")
        self._loader(_utc(day, "12:00"), "resume", "newsletter")
        self.due(day, "12:30", "13:00")

    def _the_clocks_go_forward(self, day: datetime) -> None:
        self._each_half_hour(day)

    def _the_clocks_go_back(self) -> None:
        sunday = datetime(2030, 10, 27)  # noqa: DTZ001 - a day
        self.due(sunday - timedelta(days=1), "02:30")
        self._each_half_hour(sunday)
        self.due(sunday + timedelta(days=1), "02:30")

    def _each_half_hour(self, day: datetime) -> None:
        """Eight calls, from midnight in UTC on."""
        for number in range(8):
            self._call(day + number * HALF_AN_HOUR)


def _utc(day: datetime, time: str) -> datetime:
    """A time of the clock of Berlin, in UTC without a zone."""
    hour, _, minute = time.partition(":")
    local = day.replace(hour=int(hour), minute=int(minute), tzinfo=BERLIN)
    return local.astimezone(UTC).replace(tzinfo=None)


def _in_berlin(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=UTC).astimezone(BERLIN):%a %d %b %H:%M}"
