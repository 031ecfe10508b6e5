"""The catalogue is whole: what stands in it is what the tests run."""

import ast
import re
from collections.abc import Iterator

from tests.package.options.options_project import HERE, MODELS


def named() -> Iterator[str]:
    """The options whose days a test asks for."""
    for path in sorted(HERE.glob("test_options_*.py")):
        for function in ast.parse(path.read_text()).body:
            if isinstance(function, ast.FunctionDef) and function.name.startswith("test_"):
                yield from re.findall(r"\.days\('(\w+/\w+)'", ast.unparse(function))


def test_every_file_of_the_catalogue_is_run_by_a_test() -> None:
    files = {path.relative_to(MODELS).with_suffix("").as_posix() for path in MODELS.rglob("*.sql")}
    assert files == set(named())
