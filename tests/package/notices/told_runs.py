"""Runs of `loader sync` that tell somebody, and what they keep."""

from shop import Shop

ANOTHER_KEY: dict[str, str | None] = {"MAILCHIMP_API_KEY": "0123456789abcdef0123456789abcdef-us1"}


def sync(shop: Shop, *arguments: str, exit_code: int = 0) -> str:
    """Run `loader sync`, which must end with this code; what it said."""
    return sync_with({}, shop, *arguments, exit_code=exit_code)


def sync_with(
    environment: dict[str, str | None], shop: Shop, *arguments: str, exit_code: int = 0
) -> str:
    """The same with other variables."""
    ended = shop.loader("sync", "--quiet", *arguments, folder=None, **environment)
    assert ended.exit_code == exit_code, ended.output
    return ended.output


def troubles(shop: Shop, *columns: str) -> list[tuple[object, ...]]:
    """Some columns of what is kept."""
    rows = shop.query("select * from loader_notices order by 1, 2, 3, 4")
    return [tuple(row[name] for name in columns) for row in rows]
