"""What dbt and the loader both have to know stands once in each, and is the same."""

import json
from pathlib import Path

from loader.model.mailchimp_facts import (
    MERGE_FIELD_TYPES,
    NAME_CHARACTERS,
    OF_NEW_CONTACTS,
    TAG_CHARACTERS,
    TEXT_BYTES,
)
from loader.sandbox.rules.merge_field_values import CHECKS
from shop import Shop

SHOWN = """
{{ config(materialized='table') }}
{% set facts = {
    "types": dbt_mailchimp.merge_field_types(),
    "statuses": dbt_mailchimp.mapping_keys().status_if_new["values"],
    "characters of a tag": dbt_mailchimp.max_tag_length(),
    "characters of a name": dbt_mailchimp.max_name_length(),
    "bytes of a text": dbt_mailchimp.max_text_bytes(),
} %}
select {{ dbt_mailchimp.literal(tojson(facts)) }} as facts
"""


def test_dbt_the_loader_and_the_sandbox_have_the_same_facts_of_mailchimp(shop: Shop) -> None:
    models = Path(shop.folder / "models")
    models.mkdir(exist_ok=True)
    (models / "shown.sql").write_text(SHOWN)
    shop.dbt("run")
    (row,) = shop.query("select facts from shown")
    facts = json.loads(row["facts"])
    types = facts.pop("types")
    assert [
        (name, rule["kinds"], rule.get("formats", []), rule.get("has_choices", False))
        for name, rule in types.items()
    ] == [
        (name, list(one.kinds), list(one.formats), one.has_choices)
        for name, one in MERGE_FIELD_TYPES.items()
    ]
    assert facts == {
        "statuses": list(OF_NEW_CONTACTS),
        "characters of a tag": TAG_CHARACTERS,
        "characters of a name": NAME_CHARACTERS,
        "bytes of a text": TEXT_BYTES,
    }
    assert set(CHECKS) == set(MERGE_FIELD_TYPES)


def test_sources_that_are_switched_off_are_told(shop: Shop) -> None:
    project = shop.folder / "dbt_project.yml"
    project.write_text(f"{project.read_text()}\nsources: {{dbt_mailchimp: {{+enabled: false}}}}\n")
    shop.audience("readers", "select 'ada@shop.de' as email_address, true as marketing_consent")
    ended = shop.try_dbt("run")
    told = "The sources of the package dbt_mailchimp are switched off"
    assert (ended.exit_code, told in " ".join(ended.output.split())) == (2, True)
