import tomllib
from pathlib import Path

import pyarrow as pa
import pytest

from loader.model.errors import ConfigurationError
from loader.warehouse import contract
from loader.warehouse.contract import package_folder, schema_of, tables_declared_in

ROOT = Path(contract.__file__).parents[2]
PARTS = ("dbt_project.yml", "macros", "models", "tests")
DECLARED = """
sources:
  - name: a_package
    tables:
      - name: loader_ledger
        columns:
          - {{name: list_id, data_type: varchar}}
          - {{name: attempts, data_type: {type}}}
      - name: loader_wanted__now
        columns:
          - name: list_id
"""


def test_a_column_has_its_place_and_type_in_the_declaration() -> None:
    expected = pa.schema([("list_id", pa.string()), ("attempts", pa.int64())])
    assert tables_declared_in(DECLARED.format(type="bigint")) == {"loader_ledger": expected}


def test_a_type_that_the_loader_does_not_know_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"loader_ledger\.attempts is declared as hugeint"):
        tables_declared_in(DECLARED.format(type="hugeint"))


def test_a_wheel_carries_the_declaration_that_a_checkout_has() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    carried = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    parts = {f"{contract.IN_CHECKOUT}/{one}": f"loader/{contract.IN_WHEEL}/{one}" for one in PARTS}
    assert carried == parts
    assert package_folder() == ROOT / contract.IN_CHECKOUT


def test_a_table_that_nobody_declares_is_refused() -> None:
    with pytest.raises(KeyError, match="loader_nothing"):
        schema_of("loader_nothing")
