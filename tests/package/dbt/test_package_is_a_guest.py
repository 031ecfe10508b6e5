"""The package in a project whose models, seeds, sources, macros and tests have all its names."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from dbt_process import PACKAGE, PACKAGES, PROJECT, SAMPLE, DbtProcess, write_profiles
from shop import Shop

WHOSE = PACKAGE, SAMPLE
BEGINS = re.compile(r"{%-? *(macro|test) +(\w+)")
DESCRIBED = "what the owner says"
OURS = "dbt_mailchimp"
OTHER_SCHEMA = (
    "models: {shop: {+materialized: table, +schema: own}}\nseeds: {shop: {+schema: own}}\n"
)
BARE = PROJECT.partition("models:")[0] + OTHER_SCHEMA
SNAPSHOT = {"relation": "source('elsewhere', 'rows')", "description": DESCRIBED}
CHECKED = {"unique_key": "id", "strategy": "check", "check_cols": "all"}


class Names(NamedTuple):
    """What the package and the sample shop call their things."""

    nodes: list[str]  # models and seeds, whichever they are
    models: list[str]  # of the package alone
    macros: list[str]
    tests: list[str]
    unit_tests: list[str]
    sources: dict[str, list[str]]


def yamls() -> Iterator[dict[str, Any]]:
    for folder in WHOSE:
        for path in (one for part in ("models", "seeds") for one in (folder / part).rglob("*.yml")):
            yield yaml.safe_load(path.read_text())


def found() -> Names:
    nodes, begun = set(), set()
    for folder in WHOSE:
        nodes |= {path.stem for path in (folder / "models").rglob("*.sql")}
        nodes |= {path.stem for path in (folder / "seeds").glob("*.csv")}
        for part in ("macros", "tests"):
            for path in (folder / part).rglob("*.sql"):
                begun |= set(BEGINS.findall(path.read_text()))
    sources = [source for one in yamls() for source in one.get("sources", [])]
    return Names(
        nodes=sorted(nodes),
        models=sorted(path.stem for path in (PACKAGE / "models").rglob("*.sql")),
        macros=sorted(name for kind, name in begun if kind == "macro"),
        tests=sorted(name for kind, name in begun if kind == "test"),
        unit_tests=sorted(test["name"] for one in yamls() for test in one.get("unit_tests", [])),
        sources={one["name"]: [table["name"] for table in one["tables"]] for one in sources},
    )


NAMES = found()


def test_the_names_are_found() -> None:
    assert {"customers", "newsletter", "raw_customers", "stg_mailchimp__members"} < {*NAMES.nodes}
    assert {"audience_node", "literal", "simulate_one_day", "apply_change"} < {*NAMES.macros}
    assert "mailchimp_history_has_no_gaps" in NAMES.tests
    assert {"only_paid_orders_count"} < {*NAMES.unit_tests}
    assert "loader_ledger" in NAMES.sources[OURS]


def write_nodes(folder: Path, kind: str, properties: dict[str, Any]) -> None:
    """Every name as a model, as a seed or as a snapshot of the owner."""
    (folder / kind).mkdir(exist_ok=True)
    if kind == "snapshots":
        properties[kind] = [SNAPSHOT | {"name": name, "config": CHECKED} for name in NAMES.nodes]
        return
    text, ends = ("id\n1\n", "csv") if kind == "seeds" else ("select 1 as id", "sql")
    for name in NAMES.nodes:
        (folder / kind / f"{name}.{ends}").write_text(text)


def write(folder: Path, kind: str, *, described: bool) -> None:
    """A project with all the names, which says something of its own things, or nothing."""
    (folder / "dbt_project.yml").write_text(BARE)
    for part in ("models", "macros", "tests/generic"):
        (folder / part).mkdir(parents=True)
    tables = [{"name": table} for names in NAMES.sources.values() for table in names]
    sources = [
        {"name": OURS, "tables": tables},
        {"name": "elsewhere", "tables": [{"name": "rows"}]},
    ]
    properties: dict[str, Any] = {"sources": sources}
    write_nodes(folder, kind, properties)
    (folder / "models" / "own.sql").write_text("select 1 as id")
    for name in NAMES.macros:
        body = f"{{{{ exceptions.raise_compiler_error('the macro {name} of the owner') }}}}"
        macro = f"{{% macro {name}() %}}{body}{{% endmacro %}}"
        if (
            "__" not in name
        ):  # with the name of a warehouse before it, it replaces ours: as dbt has it
            (folder / "macros" / f"{name}.sql").write_text(macro)
    for name in NAMES.tests:
        test = (
            f"{{% test {name}(model) %}}select * from {{{{ model }}}} where id = 2{{% endtest %}}"
        )
        (folder / "tests" / "generic" / f"{name}.sql").write_text(test)
        (folder / "tests" / f"{name}_of_all.sql").write_text("select 1 as id where 1 = 2")
    if described:
        tests = ["not_null"] if kind == "models" else []
        column = {"name": "id", "description": DESCRIBED, "data_tests": tests}
        said = {"description": DESCRIBED, "columns": [column], "data_tests": NAMES.tests}
        properties.setdefault(kind, [{"name": name} | said for name in NAMES.nodes])
        expected = {"model": "own", "given": [], "expect": {"rows": [{"id": 1}]}}
        properties["unit_tests"] = [{"name": name} | expected for name in NAMES.unit_tests]
    (folder / "models" / "_all.yml").write_text(yaml.safe_dump(properties))


class Parsed(NamedTuple):
    """What dbt makes of a project that it parses anew."""

    listed: list[str]
    warnings: list[str]
    manifest: dict[str, Any]

    def of(self, package: str) -> dict[str, Any]:
        """What belongs to a package and is switched on, but for its macros and hooks, by id."""
        return {
            name: node
            for part in ("nodes", "sources", "unit_tests", "exposures", "metrics", "groups")
            for name, node in self.manifest[part].items()
            if node["package_name"] == package
            and node["resource_type"] != "operation"
            and node["config"].get("enabled", True)
        }


def parse(folder: Path, dbt: DbtProcess) -> Parsed:
    ended = dbt.run(folder, "--write-json", "ls", "--no-partial-parse")
    assert ended.exit_code == 0, ended.output
    lines = re.sub(r"^\d\d:\d\d:\d\d +", "", ended.output, flags=re.MULTILINE).splitlines()
    return Parsed(
        [line for line in lines if re.match(r"(\w+:)?(shop|dbt_mailchimp)\.", line)],
        [line for line in lines if re.search(r"warn|deprecat|not find", line, re.IGNORECASE)],
        json.loads((folder / "target" / "manifest.json").read_text()),
    )


def told(parsed: Parsed) -> dict[str, Any]:
    """What dbt knows of the owner's things, without the moments and paths of a parse."""
    passing = ("created_at", "build_path", "root_path", "checksum", "compiled_path")
    nodes = parsed.of("shop").items()
    return {
        name: {key: value for key, value in node.items() if key not in passing}
        for name, node in nodes
    }


def install(folder: Path, dbt: DbtProcess) -> Parsed:
    """The same project once more, with the package."""
    (folder / "packages.yml").write_text(PACKAGES)
    assert dbt.run(folder, "deps").exit_code == 0
    return parse(folder, dbt)


def switched_on(folder: Path, dbt: DbtProcess) -> Parsed:
    """The same once more, with the models of the package."""
    (folder / "dbt_project.yml").write_text(BARE + "vars: {mailchimp_models: true}\n")
    return parse(folder, dbt)


class Guest(NamedTuple):
    """A project before the package came, and with it."""

    folder: Path
    before: Parsed
    after: Parsed


@pytest.fixture(scope="module", params=["described", "models", "seeds", "snapshots"])
def guest(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, dbt: DbtProcess
) -> Guest:
    """Models that the owner describes, or things of a kind of which nothing is said."""
    folder = tmp_path_factory.mktemp(request.param)
    kind = "models" if request.param == "described" else request.param
    write(folder, kind, described=request.param == "described")
    write_profiles(folder, local=dbt.databases.new(folder).output)
    before = parse(folder, dbt)
    return Guest(folder, before, install(folder, dbt))


def test_the_package_changes_nothing_of_what_has_its_names(guest: Guest) -> None:
    before, after = guest.before, guest.after
    assert len(told(before)) > len(NAMES.nodes)
    assert told(after) == told(before)
    assert after.warnings == before.warnings
    brought = {name for name in after.listed if name not in before.listed}
    assert brought == {f"source:{OURS}.{OURS}.{table}" for table in NAMES.sources[OURS]}
    assert {one["resource_type"] for one in after.of(OURS).values()} == {"source"}


@pytest.mark.parametrize("guest", ["described"], indirect=True)
def test_switched_on_the_models_of_the_package_are_there_and_nothing_else(
    guest: Guest, dbt: DbtProcess
) -> None:
    before, after = guest.before, switched_on(guest.folder, dbt)
    assert told(after) == told(before)
    assert after.warnings == before.warnings
    brought = [one for one in after.of(OURS).values() if one["resource_type"] == "model"]
    assert sorted(one["name"] for one in brought) == NAMES.models
    assert [one["name"] for one in brought if one["alias"] != one["name"]] == []
    assert [one["name"] for one in brought if not one["description"]] == []
    stands_on = {above for one in brought for above in one["depends_on"]["nodes"]}
    assert [name for name in stands_on if name.startswith("model.shop.")] == []
    kinds = {one["resource_type"] for one in after.of(OURS).values()}
    assert kinds == {"source", "model", "test"}  # tests of these models alone
    tests = [one for one in after.of(OURS).values() if one["resource_type"] == "test"]
    assert {one["attached_node"] for one in tests} <= {one["unique_id"] for one in brought}


def test_an_audience_is_built_and_sent_beside_macros_of_all_the_names(shop: Shop) -> None:
    write(shop.folder, "models", described=False)
    project = BARE.replace(
        "+materialized: table", "+materialized: table, sent: {+materialized: audience}"
    )
    (shop.folder / "dbt_project.yml").write_text(project)
    (shop.folder / "models" / "sent").mkdir()
    shop.audience(
        "sent/readers", "select 'ada@shop.de' as email_address, true as marketing_consent"
    )
    shop.dbt("build", "--no-partial-parse")
    shop.sync()
    assert set(shop.members()) == {"ada@shop.de"}
