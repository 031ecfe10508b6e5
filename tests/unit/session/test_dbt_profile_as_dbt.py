"""What a profile says means to the loader what it means to dbt, or is refused by name."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from dbt.config.renderer import ProfileRenderer
from dbt_common.clients.jinja import NATIVE_FILTERS, get_environment
from dbt_common.context import set_invocation_context

from loader.model.errors import ConfigurationError
from loader.session.dbt_profile import REFUSED, rendered

VARIABLES = {"NAME": "a", "NUMBER": "4", "LIST": "[1, 'b']", "YES": "true", "QUOTED": "'q'"}
# what each name of dbt's is used for, in every way that gives another kind of answer
USED = {
    "env_var": ["env_var('NAME')", "env_var('NO', 'b')", "env_var('NUMBER')", "env_var('QUOTED')"],
    "var": ["var('x', 'c')", "var('x', 1)"],
    "fromjson": ["fromjson('[1, true]')", "fromjson('{')", "fromjson('{', 'd')"],
    "tojson": [
        "tojson({'b': 1, 'a': none})",
        "tojson({'b': 1, 'a': 2}, sort_keys=true)",
        "tojson('é')",
    ],
    "fromyaml": ["fromyaml('a: [1, x]')", "fromyaml('a: [', 'd')", "fromyaml('{a: 1}')['a']"],
    "toyaml": ["toyaml({'b': 1, 'a': [2]})", "toyaml({'b': 1, 'a': 2}, sort_keys=true)"],
    "set": ["set([1, 1])", "set(1)", "set(1, 'd')"],
    "set_strict": ["set_strict([1, 1])"],
    "zip": ["zip([1], ['a', 'b']) | list", "zip(1)", "zip(1, default='d')"],
    "zip_strict": ["zip_strict([1], ['a', 'b']) | list"],
    "local_md5": ["local_md5('é')"],
}
VALUES = [*(f"env_var('{name}')" for name in VARIABLES), "4.5", "none", "[1]", "'1' ~ '2'"]
TEXTS = ["{{{{ {} }}}}", "x{{{{ {} }}}}y", "{{% set z = {} %}}{{{{ z }}}}", " {{{{ {} }}}}"]


@pytest.fixture(autouse=True)
def dbt_knows_the_variables() -> Iterator[None]:
    set_invocation_context(VARIABLES)
    yield
    set_invocation_context({})


def different(texts: Iterable[Any]) -> list[Any]:
    """What dbt and the loader do not make the same of; an error is one, whatever it says."""
    both = ((text, by_dbt(text), by_loader(text, VARIABLES)) for text in texts)
    return [each for each in both if each[1] != each[2]]


def by_dbt(text: Any) -> Any:  # noqa: ANN401 - a value of YAML
    try:
        found = ProfileRenderer().render_data({"it": text})["it"]
    except Exception:  # noqa: BLE001 - dbt lets pass whatever Jinja raises
        return "refused"
    return (str, str(found)) if isinstance(found, str) else (type(found), found)


def by_loader(text: Any, variables: Mapping[str, str]) -> Any:  # noqa: ANN401 - a value of YAML
    try:
        found = rendered(text, variables, of="it")
    except ConfigurationError:
        return "refused"
    return type(found), found


def test_every_name_that_dbt_offers_to_a_profile_is_offered_or_refused() -> None:
    environment = get_environment(native=True)
    assert set(ProfileRenderer().context) | set(environment.globals) == {*USED, *REFUSED}


@pytest.mark.parametrize("name", sorted(REFUSED))
@pytest.mark.parametrize("text", ["{{ %s }}", "{{ 'a' if %s is defined else 'b' }}"])
def test_what_is_refused_is_named(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"it cannot be rendered: .* no {name}\\. Its"):
        rendered(text % name, {}, of="it")


@pytest.mark.parametrize("name", USED)
def test_a_function_gives_what_it_gives_in_dbt(name: str) -> None:
    assert different(text.format(used) for used in USED[name] for text in TEXTS) == []


@pytest.mark.parametrize("name", NATIVE_FILTERS)
def test_a_filter_gives_the_type_that_it_gives_in_dbt(name: str) -> None:
    used = [text.format(f"{value} | {name}") for value in VALUES for text in TEXTS]
    assert different(used) == []


VALUES_OF_YAML: list[Any] = [
    *("plain", "", "1", 1, None, True, date(2026, 11, 30)),
    *("{{ 1 }}{{ 2 }}", "{# nothing #}", "{{ env_var('NO') }}", "{{ var('x') }}"),
    *("{{ env_var('NUMBER') | as_number + 1 }}", "{{ env_var('NUMBER') | int + 1 }}"),
    "{% if env_var('NAME') == 'a' %}yes{% endif %}",
    ["{{ env_var('NUMBER') | as_number }}", {"a": "{{ env_var('NAME') }}"}],
]


def test_a_value_is_what_it_is_in_dbt() -> None:
    assert different(VALUES_OF_YAML) == []
