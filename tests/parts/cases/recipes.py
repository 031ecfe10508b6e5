"""The recipes of the cookbook, in the spelling of a warehouse, and the shop that they read."""

import re
from pathlib import Path

from warehouses.chosen import chosen

COOKBOOK = (Path(__file__).parent.parent.parent.parent / "docs/how-to/cookbook.md").read_text()
ON_POSTGRES = chosen() == "postgres"
AT = "@shop.de"
CUSTOMERS = f"""
create table raw_customers as
select people.*, 'Some notes ' || repeat('x', 100) as notes, 'Some street' as street,
    'Berlin' as city, 'BE' as state, '10115' as postcode, '+49 30 1234' as mobile,
    date '1990-02-03' as birth_date, timestamp '2024-05-06 07:08:09' as consented_at,
    true as mail_consent
from (values
    ('c1', 'ada{AT}', 'Ada', 'p1', 'DE', 'de', 6000, true, array['product_news', 'sports']),
    ('c2', 'bob{AT}', 'Bob', 'p2', 'FR', 'fr', 1200, true, array['culture']),
    ('c3', 'bob{AT}', 'Bobby', 'p2', 'FR', 'fr', 10, true, cast(array[] as text[])),
    ('c4', 'cyd{AT}', 'Cyd', 'p3', 'US', 'en', 0, false, array['product_news'])
) as people (id, email, first_name, plan, country, language, lifetime_value, marketing_consent,
    objectives)
"""
ORDERS = """
create table raw_orders as select * from (values
    ('c1', date '2026-05-01', 'Books'), ('c1', date '2026-06-01', 'Games'),
    ('c2', date '2024-01-01', 'Books')
) as placed (customer_id, ordered_on, category)
"""


def recipes(*, on_postgres: bool = ON_POSTGRES) -> dict[str, str]:
    """The files of the recipes by their paths below `models`."""
    blocks = r"```(?:sql|python)\n(?:--|#) models/(\S+?)%s\n(.+?)```"
    found = dict(re.findall(blocks % "", COOKBOOK, re.DOTALL))
    if on_postgres:
        theirs = dict(re.findall(blocks % " on PostgreSQL", COOKBOOK, re.DOTALL))
        respelled = {Path(name).stem for name in theirs}
        found = {name: text for name, text in found.items() if Path(name).stem not in respelled}
        found |= theirs
    return found


def types(*, on_postgres: bool = ON_POSTGRES) -> list[str]:
    """The statements that somebody runs once before them."""
    once = re.findall(r"```sql\n-- once on PostgreSQL\n(.+?)```", COOKBOOK, re.DOTALL)
    return once if on_postgres else []


def spelled() -> int:
    """How many models and statements the cookbook has, in whatever spelling."""
    return COOKBOOK.count("```sql") + COOKBOOK.count("```python")
