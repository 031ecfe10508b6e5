"""One folder of the catalogue as somebody's models: each option feeds a list of its own."""

import re
import shutil
from pathlib import Path
from typing import Any

from dbt_process import DbtProcess, Ended
from sandbox_process import SandboxProcess
from shop import Shop

HERE = Path(__file__).parent
MODELS = HERE / "models"
AT = "@shop.de"

Contacts = dict[str, dict[str, Any]]


class Group:
    """A shop with the models of one folder, and what their lists show at the end of each day."""

    def __init__(self, folder: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> None:
        self.shop = Shop(folder, dbt, sandbox)
        self.lists: dict[str, str] = {}
        self.accounts: dict[str, SandboxProcess] = {}
        self._dbt = dbt
        self._days: list[dict[str, Contacts]] = []

    def copy(self, name: str) -> None:
        """Take the models of a folder; each variable that they ask for is the id of a new list."""
        copied = self.shop.folder / "models" / name
        shutil.copytree(MODELS / name, copied)
        shutil.copy(HERE / "dbt_project.yml", self.shop.folder)
        for path in copied.glob("*.sql"):
            path.write_text(self.shop.database.spelled(path.read_text()))
        text = "".join(path.read_text() for path in sorted(copied.glob("*.sql")))
        for variable in _variables(text):
            self.record_skipped(variable, self.shop.sandbox.new_list(), self.shop.sandbox)

    def record_skipped(self, variable: str, list_id: str, account: SandboxProcess) -> None:
        """Say which list of which account a variable names."""
        self.lists[variable] = list_id
        self.accounts[variable] = account
        self.change(variable, name=variable)

    def change(self, variable: str, **settings: Any) -> None:  # noqa: ANN401 - of a list
        """Make a list, or change what it is like, by hand in Mailchimp."""
        self.accounts[variable].control("PUT", f"/lists/{self.lists[variable]}", settings)

    def dbt(self, *arguments: str) -> Ended:
        """Run dbt with the ids of the lists in its environment."""
        return self._dbt.run(self.shop.folder, *arguments, **self.lists)

    def day(self, *options: str, **environment: Any) -> None:  # noqa: ANN401 - as for the loader
        """Run dbt and the loader, and remember what the lists show then."""
        for ended in (self.dbt("run"), self.shop.loader("sync", *options, **environment)):
            if ended.exit_code:
                raise AssertionError(ended.output)
        self.remember()

    def remember(self) -> None:
        """Remember what the lists show now, as the end of a day."""
        self._days.append(
            {name: contacts(self.accounts[name], one) for name, one in self.lists.items()}
        )

    def days(self, option: str, variable: str | None = None) -> list[Contacts]:
        """The contacts of the list of an option, `folder/file`, by name at the end of each day."""
        path = MODELS / f"{option}.sql"
        (found,) = [variable] if variable else _variables(path.read_text())
        return [day[found] for day in self._days]


def _variables(text: str) -> list[str]:
    return re.findall(r'env_var\("(\w+)"\)', text)


def contacts(sandbox: SandboxProcess, list_id: str) -> Contacts:
    """Everybody on a list by the name in the address, with the merge fields that have a value."""
    found: Contacts = {}
    for member in sandbox.members(list_id):
        fields = {tag: value for tag, value in member["merge_fields"].items() if value != ""}
        found[member["email_address"].removesuffix(AT)] = {**member, "merge_fields": fields}
    return found


def shown(people: Contacts, what: str) -> dict[str, Any]:
    """One thing of every contact, by name: an attribute, or a merge field by its tag."""
    if what.isupper():
        return {name: one["merge_fields"].get(what) for name, one in people.items()}
    return {name: one[what] for name, one in people.items()}


def people(shop: Shop, *rows: str, columns: str = "fname") -> None:
    """Who is in the table now: a row is a name and values as SQL, and everybody consents."""
    values = ", ".join(f"({row})" for row in rows)
    shop.sql(
        f"drop table if exists people;"
        f" create table people as select name || '{AT}' as email_address, {columns},"
        " true as marketing_consent"
        f" from (values {values})"
        f" as rows (name, {columns})"
    )
