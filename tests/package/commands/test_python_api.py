"""`loader sync` from Python: the same run, with arguments and a report as an object."""

import asyncio
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Unpack

import pytest

import loader
from dbt_process import DbtProcess
from loader import LoaderError, sync, sync_async
from loader.api import SyncOptions
from loader.model.settings import Settings
from loader.text.events import ProgressEvent
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE = """
select 'p' || i || '@shop.io' as email_address, true as marketing_consent
from generate_series(1, {people}) as r(i)
"""
CONTACTS = {"method": "POST", "path": "/lists/{list_id}"}


def new_shop(folder: Path, dbt: DbtProcess, sandbox: SandboxProcess, people: int) -> Shop:
    folder.mkdir()
    shop = Shop(folder, dbt, sandbox)
    shop.audience("readers", PEOPLE.format(people=people), segment="Readers")
    shop.audience("buyers", PEOPLE.format(people=2))
    shop.dbt("run")
    shop.keep()
    return shop


@pytest.fixture(scope="module")
def shops(
    tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess, sandbox: SandboxProcess
) -> tuple[Shop, Shop]:
    folder = tmp_path_factory.mktemp("api")
    return (
        new_shop(folder / "north", dbt, sandbox, people=700),
        new_shop(folder / "south", dbt, sandbox, people=30),
    )


@pytest.fixture
def two(shops: tuple[Shop, Shop]) -> tuple[Shop, Shop]:
    for shop in shops:
        shop.put_back()
    return shops


@pytest.fixture
def north(two: tuple[Shop, Shop]) -> Shop:
    return two[0]


def given(shop: Shop, **more: Unpack[SyncOptions]) -> SyncOptions:
    """Where a shop is: its project, and an environment that holds nothing but its key."""
    environment = {name: value for name, value in shop.environment.items() if value is not None}
    found: SyncOptions = {
        "project_dir": shop.folder,
        "environment": {"HOME": os.environ["HOME"]} | environment,
        "lock_timeout": 0,
    }
    return found | more


@pytest.fixture
def inside(north: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop as a script finds it: in its folder, with the key in the environment."""
    monkeypatch.chdir(north.folder)
    for name, value in north.environment.items():
        monkeypatch.setenv(name, value or "")
    return north


def test_three_lines_sync_an_audience_and_give_its_counts(inside: Shop) -> None:
    report = sync(select=["readers"])
    assert report.exit_code == 0
    assert [one.audience for one in report.audiences] == ["readers"]
    assert report.audiences[0].accepted == 1_400
    assert len(inside.members()) == 700


def test_the_report_counts_each_outcome_as_the_command_line_does(north: Shop) -> None:
    (readers,) = sync(**given(north, select="readers")).audiences
    told = readers.as_dict()
    names = ("accepted", "held", "rejected", "invalid", "unknown")
    assert [getattr(readers, name) for name in names] == [told[name] for name in names]


def test_a_name_alone_selects_the_audience_of_that_name(north: Shop) -> None:
    report = sync(**given(north, select="buyers", exclude="readers"))
    assert [one.audience for one in report.audiences] == ["buyers"]


def test_it_can_be_awaited_and_tells_how_far_it_is(north: Shop) -> None:
    heard: list[ProgressEvent] = []
    report = asyncio.run(sync_async(**given(north, on_progress=heard.append)))
    assert report.exit_code == 0
    assert {one.kind for one in heard} >= {"planned", "answered", "finished"}


def test_in_a_running_loop_it_says_what_to_await() -> None:
    async def notebook() -> None:
        sync()

    with pytest.raises(RuntimeError, match=r"await loader\.sync_async"):
        asyncio.run(notebook())


def test_several_go_side_by_side_in_one_process_each_on_its_warehouse(
    two: tuple[Shop, Shop],
) -> None:
    async def both() -> list[loader.RunReport]:
        return await asyncio.gather(*(sync_async(**given(one, connections=5)) for one in two))

    north, south = asyncio.run(both())
    assert (north.exit_code, south.exit_code) == (0, 0)
    assert [len(one.members()) for one in two] == [700, 30]
    assert north.run_id != south.run_id


def test_a_second_run_on_the_same_warehouse_waits_or_says_who_has_it(north: Shop) -> None:
    heard: list[ProgressEvent] = []

    async def beside(seconds: float) -> list[loader.RunReport | BaseException]:
        options = given(north, lock_timeout=seconds, on_progress=heard.append)
        runs = [sync_async(**options), sync_async(**options)]
        return await asyncio.gather(*runs, return_exceptions=True)

    ended = asyncio.run(beside(0))
    refused = [one for one in ended if isinstance(one, LoaderError)]
    assert len(refused) == 1
    assert " held by " in str(refused[0])
    assert refused[0].exit_code == 3

    north.put_back()
    waited = asyncio.run(beside(60))
    assert [one.exit_code for one in waited if isinstance(one, loader.RunReport)] == [0, 0]
    assert [one.message for one in heard if one.kind == "message"]
    # whoever came second had nothing left to send
    writes = [
        sum(a.writes for a in one.audiences) for one in waited if not isinstance(one, BaseException)
    ]
    assert min(writes) == 0 < max(writes)


def test_a_run_that_is_cancelled_lets_go_and_the_next_sends_the_rest(north: Shop) -> None:
    north.sandbox.faults({"kind": "hang", "rate": 1.0, **CONTACTS})

    async def cancelled() -> None:
        planned = asyncio.Event()

        def hear(event: ProgressEvent) -> None:
            if event.kind == "planned":
                planned.set()

        run = asyncio.ensure_future(sync_async(**given(north, on_progress=hear)))
        await planned.wait()
        run.cancel()
        await asyncio.wait([run])
        assert run.cancelled()

    asyncio.run(cancelled())
    north.sandbox.faults()
    assert sync(**given(north)).exit_code == 0
    assert len(north.members()) == 700


def test_what_stops_it_before_the_first_request_is_an_exception_in_words(north: Shop) -> None:
    with pytest.raises(LoaderError, match="connections is 11") as wide:
        sync(**given(north, connections=11))
    with pytest.raises(LoaderError, match="'nobody' selects no audience"):
        sync(**given(north, select="nobody"))
    with pytest.raises(LoaderError, match="no credentials"):
        sync(**given(north, environment={}))
    assert wide.value.exit_code == 2
    assert not north.writes()


def test_its_variables_say_where_dbt_is_as_on_the_command_line(north: Shop) -> None:
    environment = {"DBT_PROJECT_DIR": str(north.folder), "DBT_TARGET": "nowhere"}
    with pytest.raises(LoaderError, match="no target 'nowhere'"):
        sync(environment={"HOME": os.environ["HOME"]} | environment)


def test_every_setting_of_a_sync_is_an_option_and_no_other_name_is(north: Shop) -> None:
    assert {one.name for one in fields(Settings)} <= set(SyncOptions.__annotations__)
    with pytest.raises(TypeError, match="no option selct"):
        sync(**given(north), selct="readers")  # type: ignore[call-arg]  # what is tried
    assert sync(**given(north, select="buyers", due=True)).audiences == []


def test_importing_the_package_imports_nothing_that_takes_long() -> None:
    asked = "import sys, loader; print(loader.__version__, 'pyarrow' in sys.modules)"
    printed = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, check=True, text=True
    )
    assert printed.stdout.split()[1] == "False"
    with pytest.raises(AttributeError, match="no attribute 'plan_of'"):
        loader.plan_of  # noqa: B018 - it is asked for
