"""A profile is data: it is rendered in a sandbox, and no message shows what stands in it."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from loader.model.errors import ConfigurationError, WarehouseError
from loader.session.dbt_profile import rendered
from loader.session.dbt_target import Target, find_target
from loader.warehouse.base import Warehouse, open_warehouse

HIDDEN = "S3CRET"
ESCAPES = [
    "cycler.__init__.__globals__.os.popen('touch {path}').read()",
    "lipsum.__globals__['os'].popen('touch {path}').read()",
    "joiner.__init__.__globals__.os.system('touch {path}')",
    "namespace.__init__.__globals__.os.system('touch {path}')",
    "self.__init__.__globals__.__builtins__.open('{path}', 'w')",
    "self._TemplateReference__context.environment",
    "env_var.__globals__['jinja2']",
    "env_var.__closure__[0].cell_contents",
    "env_var['__code__']",
    "(env_var | attr('__globals__'))['ast']",
    "var.__globals__['Path']('{path}').touch()",
    "().__class__.__base__.__subclasses__()",
    "''.__class__.mro()[1].__subclasses__()",
    "'{{0.__class__.__init__.__globals__}}'.format(env_var)",
    "'%s' | format(env_var.__globals__)",
    "[env_var] | map(attribute='__globals__') | join",
    "dict(a=env_var).a.__globals__",
    "[1].append(2)",
    "range(10)",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, seen from its folder."""
    (tmp_path / "dbt_project.yml").write_text("name: shop\nprofile: shop\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def find(folder: Path, **environment: str) -> Target:
    given = {"HOME": str(folder), **environment}
    return find_target(
        project_dir=folder, profiles_dir=folder, profile=None, target=None, environment=given
    )


def opened(folder: Path, **environment: str) -> Warehouse:
    found = find(folder, **environment)
    return open_warehouse(found.type, found.settings, found.folder, wait=0)


def refusal(folder: Path, profiles: str, **environment: str) -> str:
    """What is said of a profile that cannot be used, or that its warehouse cannot."""
    (folder / "profiles.yml").write_text(profiles)
    with pytest.raises((ConfigurationError, WarehouseError)) as raised:
        opened(folder, **environment)
    return str(raised.value)


@pytest.mark.parametrize("escape", ESCAPES)
@pytest.mark.parametrize("where", ["value", "target", "profile"])
def test_no_jinja_gets_out_of_a_profile(folder: Path, escape: str, where: str) -> None:
    path = folder / "touched"
    jinja = "{{ " + escape.format(path=path) + " }}"
    values = {"value": "x", "target": "dev", "profile": "shop", where: jinja}
    (folder / "dbt_project.yml").write_text(f'name: shop\nprofile: "{values["profile"]}"\n')
    text = refusal(
        folder,
        f'shop: {{target: "{values["target"]}", outputs: {{dev: {{type: duckdb,'
        f' schema: "{values["value"]}"}}}}}}',
    )
    assert "cannot be rendered" in text
    assert escape not in text
    assert not path.exists()


@pytest.mark.parametrize(
    ("jinja", "value"),
    [
        ("plain", "plain"),
        ("", ""),
        ("{{ env_var('NAME') }}", "a"),
        ("{{ env_var('OTHER', 'b') }}", "b"),
        ("x{{ env_var('NAME') }}y", "xay"),
        ("{{ var('x', 'c') }}", "c"),
        ("{{ env_var('NUMBER') }}", "4"),
        ("{{ env_var('NUMBER') | as_text }}", "4"),
        ("{{ env_var('NUMBER') | as_number }}", 4),
        ("{{ env_var('OTHER', '4.5') | as_number }}", 4.5),
        ("{{ env_var('NUMBER') | as_native }}", 4),
        ("{{ env_var('NAME') | as_native }}", "a"),
        ("{{ env_var('OTHER', 'True') | as_bool }}", True),
        ("{{ env_var('OTHER', '[1, 2]') | as_native }}", [1, 2]),
        ("{{ env_var('NAME') | upper }}", "A"),
        ("{% if env_var('NAME') == 'a' %}yes{% else %}no{% endif %}", "yes"),
        ("{{ env_var('OTHER', 'b') or 'c' }}", "b"),
    ],
)
def test_what_dbt_offers_for_profiles_works(jinja: str, value: Any) -> None:  # noqa: ANN401 - typed
    found = rendered(jinja, {"NAME": "a", "NUMBER": "4"}, of="it")
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "jinja",
    [
        f"{{{{ {HIDDEN} }}}}",
        f"{{{{ {HIDDEN}. }}}}",
        f"{{{{ '{HIDDEN}",
        f"{{% {HIDDEN} %}}",
        f"{{{{ '{HIDDEN}' | as_number }}}}",
        f"{{{{ '{HIDDEN}' | as_bool }}}}",
        f"{{{{ '{HIDDEN}' | {HIDDEN} }}}}",
        f"{{{{ '{HIDDEN}' + 1 }}}}",
        f"{{{{ '{HIDDEN}' / 0 }}}}",
        f"{{{{ ('{HIDDEN}' | as_native).x.y }}}}",
        f"{{{{ var('{HIDDEN}') }}}}",
        "{{ var(env_var('HELD')) }}",
        "{{ env_var(env_var('HELD')) }}",
        f"{{{{ env_var(1, '{HIDDEN}') | as_number }}}}",
        "{{ env_var('HELD') | as_number }}",
        f"{{% include '{HIDDEN}' %}}",
        f"{{% import '{HIDDEN}' as x %}}",
    ],
)
@pytest.mark.parametrize("key", ["schema", "settings: {s3_secret_access_key", "path", "type"])
def test_no_message_shows_jinja_that_cannot_be_rendered(folder: Path, jinja: str, key: str) -> None:
    ends = "}" if "{" in key else ""
    text = refusal(
        folder,
        f'shop: {{outputs: {{default: {{{key}: "{jinja}"{ends}}}}}}}',
        HELD=f"{HIDDEN}_of_the_environment",
    )
    assert HIDDEN not in text
    assert "profiles.yml: shop: default: " in text


def test_a_password_that_is_no_jinja_stays_as_it_is() -> None:
    value = {"password": "a{{b", "user": "c"}
    assert rendered(value, {}, of="profiles.yml") == value


@pytest.mark.parametrize(
    "content",
    [
        f"shop:\n  password: '{HIDDEN}\n",
        f"shop:\n  password: {HIDDEN}: {HIDDEN}\n",
        f"shop:\n  password: *{HIDDEN}\n",
        f"shop:\n  password: !{HIDDEN} x\n",
        f"shop:\n  password: !!python/object/apply:os.system ['{HIDDEN}']\n",
        f'shop:\n  password: "\\q{HIDDEN}"\n',
        f"shop:\n  password: %{HIDDEN}\n",
        f"shop:\n  password: @{HIDDEN}\n",
        f"shop:\n\tpassword: {HIDDEN}\n",
        f"shop: {{password: {HIDDEN}\n",
        f"shop: [{HIDDEN}\n  x: y",
        f"? {{{HIDDEN}: x}}\n: y\n",
        f"- {HIDDEN}\n",
        HIDDEN,
        f"shop: 2020-13-45 # {HIDDEN}\n",
        f"a: &a [*a, {HIDDEN}]\nshop: *a\n",
        f"shop: {{outputs: {{default: &a {{type: duckdb, b: *a, c: {HIDDEN}}}}}}}",
        "[" * 3000 + HIDDEN,
        f"shop: {HIDDEN}\x07\n",
        f"shop: {HIDDEN}\n---\nshop: {HIDDEN}\n",
        f"<<: {HIDDEN}\n",
        f"shop: !!binary {HIDDEN}\u00e9\n",
        f"shop: !!int {HIDDEN}\n",
    ],
)
def test_no_message_shows_a_line_of_profiles_that_cannot_be_read(
    folder: Path, content: str
) -> None:
    text = refusal(folder, content)
    assert HIDDEN not in text
    assert "profiles.yml" in text


def test_no_message_shows_a_byte_of_profiles_that_are_no_text(folder: Path) -> None:
    (folder / "profiles.yml").write_bytes(b"shop: S3CRET\xe9\n")
    with pytest.raises(ConfigurationError, match="it is not UTF-8") as raised:
        find(folder)
    assert HIDDEN not in str(raised.value)
    assert "0xe9" not in str(raised.value)


@pytest.mark.parametrize(
    "output",
    [
        {"type": HIDDEN},
        {"type": "duckdb", "path": HIDDEN},
        {"type": "duckdb", "path": f"md:shop?motherduck_token={HIDDEN}"},
        {"type": "duckdb", "path": f"s3://{HIDDEN}@bucket/shop.duckdb"},
        {"type": "duckdb", "path": f"{HIDDEN}\x00"},
        {"type": "duckdb", "schema": f"{HIDDEN}'s"},
        {"type": "duckdb", "schema": f'the "{HIDDEN}"'},
        {"type": "duckdb", "schema": f"{HIDDEN}\n"},
        {"type": "duckdb", "path": "there.duckdb", "settings": HIDDEN},
        {"type": "duckdb", "path": "there.duckdb", "settings": [HIDDEN]},
        {"type": "duckdb", "path": "there.duckdb", "settings": {"threads": HIDDEN}},
        {"type": "duckdb", "path": "there.duckdb", "settings": {"memory_limit": HIDDEN}},
        {"type": "duckdb", "path": "there.duckdb", "settings": {"access_mode": HIDDEN}},
        {"type": "duckdb", "path": "there.duckdb", "settings": {"default_order": HIDDEN}},
        {"type": "duckdb", "path": "there.duckdb", "settings": {"allowed_paths": HIDDEN}},
        {"type": "duckdb", "path": "there.duckdb", "settings": {"search_path": HIDDEN}},
        {"type": "duckdb", "path": "there.duckdb", "settings": {"TimeZone": HIDDEN}},
        {"type": "duckdb", "path": "there.duckdb", "settings": {"no_such": HIDDEN}},
        {
            "type": "duckdb",
            "path": "there.duckdb",
            "settings": {"s3_secret_access_key": HIDDEN, "lock_configuration": True},
        },
    ],
    ids=str,
)
def test_no_message_shows_a_value_that_the_warehouse_cannot_take(
    folder: Path, output: dict[str, Any]
) -> None:
    duckdb.connect(str(folder / "there.duckdb")).close()
    text = refusal(folder, yaml.safe_dump({"shop": {"outputs": {"default": output}}}))
    assert HIDDEN not in text


def test_no_message_shows_the_target_that_a_profile_names(folder: Path) -> None:
    text = refusal(
        folder,
        "shop: {target: \"{{ env_var('HELD') }}\", outputs: {dev: {type: duckdb}, 1: {}}}",
        HELD=HIDDEN,
    )
    assert text == "The profile 'shop' has no target that its `target` names. It has: dev, 1."


def test_a_name_of_a_setting_that_is_refused_is_shown(folder: Path) -> None:
    duckdb.connect(str(folder / "there.duckdb")).close()
    output = {"type": "duckdb", "path": "there.duckdb", "settings": {"threads": "many"}}
    text = refusal(folder, yaml.safe_dump({"shop": {"outputs": {"default": output}}}))
    assert "threads" in text
    assert "many" not in text
