from loader import __version__
from shop import Shop

READERS = "select 'ada@people.example.com' as email_address, true as marketing_consent"
OTHER = (
    "update loader_audiences set configuration ="
    f" replace(configuration, '\"{__version__}\"', '\"0.0.9\"')"
)


def test_check_says_when_the_dbt_package_is_of_another_version_than_the_loader(shop: Shop) -> None:
    shop.audience("readers", READERS)
    shop.dbt("run")
    assert "version" not in shop.loader("check").out
    shop.sql(OTHER)
    ended = shop.loader("check")
    (line,) = [line for line in ended.out.splitlines() if line.startswith("warn")]
    assert f"version 0.0.9 built readers, and the loader has version {__version__}" in line
    assert "loader init --package-only" in line
    assert ended.exit_code == 0
    shop.audience("readers", f"{READERS}, 'Ada' as fname")
    shop.dbt("run")
    assert "version" not in shop.loader("check").out
    shop.sql(OTHER)
    shop.remove("readers")
    shop.audience("others", READERS)
    shop.dbt("run")  # what left the project is built by no package any more
    assert "version" not in shop.loader("check").out
