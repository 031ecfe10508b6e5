"""A setting is added to a YAML file, and every byte that was there stays."""

import pytest
import yaml

from loader.commands.init.yaml_edit import setting, with_setting
from loader.model.errors import ConfigurationError

PATH = ("models", "shop", "audiences", "+materialized")
REAL = """\

# Name your project!  Lower-case letters, please
name: 'shop'
version: "1.0.0"

model-paths: [ "models" ]
clean-targets:         # directories to be removed by `dbt clean`
  - "target"
  - dbt_packages

vars: {a: 1,   b: 2}
models:
    shop:   # this project
        # Config indicated by + and applies to all files under models/example/
        example:
            +materialized: view


        staging:
          +materialized:   table   # hi
          +pre-hook:
          - "{{ foo() }}"
          - >
            select 1
            from b
seeds: !!map {}
"""


def added(text: str) -> str:
    return with_setting(text, PATH, "audience", file="dbt_project.yml")


def is_insertion(old: str, new: str) -> bool:
    """Whether nothing but one piece was put into a text."""
    more = len(new) - len(old)
    return any(new[:at] + new[at + more :] == old for at in range(len(old) + 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name: shop\n",
        "name: shop",
        "# nothing yet\n",
        REAL,
        REAL.replace("\n", "\r\n"),
        f"\ufeff{REAL}",
        "models:\n  # none yet\n\nvars: 1\n",
        "models:\n  other:\n    +materialized: view\n",
        "models:\n  shop: # ours\n",
        "models: {}\n",
        "models: {shop: {marts: {+materialized: table}}}\n",
        "models:\n  'shop':\n    audiences: {+tags: x}\n",
        "models:\n  shop:\n    audiences:\n      +tags: [a,\n        b]\n",
        "models: &all\n  shop:\n    marts: {}\n",
        "models:\n  ünï: {x: '🎉'}\n",
    ],
)
def test_a_setting_is_inserted_and_nothing_else_is_changed(text: str) -> None:
    new = added(text)
    assert setting(yaml.safe_load(new), PATH) == "audience"
    assert is_insertion(text, new)
    if "\r\n" in text:
        assert "\n" not in new.replace("\r\n", "")


def test_a_real_file_reads_as_if_a_person_had_added_it() -> None:
    assert added(REAL) == REAL.replace(
        "this project\n", "this project\n        audiences:\n          +materialized: audience\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "- a list\n",
        "models: ~\n",
        "models: view\n",
        "models: &all\n  shop:\n    x: {}\nagain: *all\n",
        "base: &base {shop: {x: 1}}\nmodels: *base\n",
        "models:\n  shop:\n    audiences:\n      +materialized: table\n",
        "name: shop\n...\n",
        "models: [\n",
        "{name: shop}\n",
    ],
)
def test_what_cannot_be_changed_safely_is_said_with_the_line_to_add(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"changed safely.*\{models: \{shop: \{audiences"):
        added(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "packages:\n",
        "packages: []\n",
        "packages: [{git: x}]\n",
        "packages:\n- git: x # pinned\n  revision: 1\n",
        '# ours\npackages:\n    -   package: dbt-labs/dbt_utils\n        version: [">=1", "<2"]\n',
        "projects:\n  - name: other\n",
    ],
)
def test_an_item_is_put_before_those_that_are_there(text: str) -> None:
    new = with_setting(text, ("packages",), [{"local": "a/b"}], file="packages.yml")
    before = (yaml.safe_load(text) or {}).get("packages") or []
    assert yaml.safe_load(new)["packages"] == [{"local": "a/b"}, *before]
    assert is_insertion(text, new)
