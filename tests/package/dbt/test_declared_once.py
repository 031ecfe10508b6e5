"""What dbt and the loader both have to know stands once in each, and is the same."""

import json
from pathlib import Path

from loader.mailchimp.value_rules import PATTERNS
from loader.merge_fields import TYPES
from loader.sandbox.rules.merge_field_values import CHECKS
from shop import Shop

SHOWN = """
{{ config(materialized='table') }}
select {{ dbt_mailchimp.literal(tojson(dbt_mailchimp.merge_field_types())) }} as types
"""


def test_dbt_the_loader_and_the_sandbox_have_the_same_types_of_merge_fields(shop: Shop) -> None:
    models = Path(shop.folder / "models")
    models.mkdir(exist_ok=True)
    (models / "shown.sql").write_text(SHOWN)
    shop.dbt("run")
    (row,) = shop.query("select types from shown")
    found = {
        name: (tuple(rule["kinds"]), "formats" in rule, rule.get("has_choices", False))
        for name, rule in json.loads(row["types"]).items()
    }
    assert list(found.items()) == [
        (name, (one.kinds, one.format_option is not None, one.has_choices))
        for name, one in TYPES.items()
    ]
    assert set(CHECKS) == set(TYPES)
    assert set(PATTERNS) <= set(TYPES)


def test_sources_that_are_switched_off_are_told(shop: Shop) -> None:
    project = shop.folder / "dbt_project.yml"
    project.write_text(f"{project.read_text()}\nsources: {{dbt_mailchimp: {{+enabled: false}}}}\n")
    shop.audience("readers", "select 'ada@shop.de' as email_address, true as marketing_consent")
    ended = shop.try_dbt("run")
    told = "The sources of the package dbt_mailchimp are switched off"
    assert (ended.exit_code, told in " ".join(ended.output.split())) == (2, True)
