"""How close a first sync comes to a script that only sends: the same bodies, with bare aiohttp.

20,000 contacts in 40 calls through ten connections, to a sandbox that takes 0.2 seconds a call
and a millisecond a contact. Both are whole processes, begun in turn, each onto an empty list. The
script knows the list and its fields, and has all that is to be sent; the loader reads, decides and
records. Prints a row a round, and the ratio of the medians: 1.00 is as fast as the script.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dbt_process import DbtProcess
from sandbox_process import SandboxProcess
from shop import Shop

PEOPLE, CALL, ROUNDS = 20_000, 500, 3
SCRIPT = """
import asyncio, os, pathlib, sys
import aiohttp

async def main():
    bodies = iter(pathlib.Path(sys.argv[2]).read_bytes().splitlines())
    headers = {"Authorization": "Bearer " + os.environ["MAILCHIMP_API_KEY"]}
    headers["Content-Type"] = "application/json"
    async with aiohttp.ClientSession(headers=headers) as session:
        async def work():
            for body in bodies:
                async with session.post(sys.argv[1], data=body) as answer:
                    await answer.read()
                    assert answer.status == 200
        await asyncio.gather(*(work() for _ in range(10)))

asyncio.run(main())
"""


def main() -> None:
    """Send both ways, in turn, and compare."""
    slow = ("--latency", "0.2", "--latency-per-member", "0.001")
    with (
        DbtProcess() as dbt,
        SandboxProcess("--allow-example-com", *slow) as sandbox,
        tempfile.TemporaryDirectory() as folder,
    ):
        shop = settled(Path(folder), dbt, sandbox)
        rounds = []
        for _ in range(ROUNDS):
            rounds.append((bare(shop), loader(shop)))
            print(f"bare {rounds[-1][0]:6.2f} s   loader {rounds[-1][1]:6.2f} s", flush=True)
        script, sync = (statistics.median(each) for each in zip(*rounds, strict=True))
        print(f"ratio of the medians {script / sync:.2f}")


def settled(folder: Path, dbt: DbtProcess, sandbox: SandboxProcess) -> Shop:
    """A shop of which nothing was sent, and the bodies that a sync of it would send."""
    shop = Shop(folder, dbt, sandbox)
    profile = shop.folder / "profiles.yml"  # with as many threads as DuckDB likes
    profile.write_text(profile.read_text().replace(", settings: {threads: 1}", ""))
    shop.sql(
        "create table people as select 'p' || range || '@people.example.com' as email_address,"
        f" 'Name ' || range as fname, true as marketing_consent from range({PEOPLE})"
    )
    shop.audience("readers", "select * from people")
    shop.dbt("run")
    payloads = [
        row["payload"]
        for row in shop.query("select payload from readers__history where dbt_valid_to is null")
    ]
    calls = (payloads[start : start + CALL] for start in range(0, PEOPLE, CALL))
    bodies = (
        ",".join(f'{{"status_if_new":"subscribed",{payload[1:]}' for payload in call)
        for call in calls
    )
    texts = (f'{{"update_existing":true,"members":[{body}]}}\n' for body in bodies)
    (folder / "bodies.jsonl").write_text("".join(texts))
    shop.keep()
    return shop


def bare(shop: Shop) -> float:
    """The seconds of the script."""
    shop.put_back()
    url = f"{shop.sandbox.url}/lists/{shop.list_id}"
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", SCRIPT, url, str(shop.folder / "bodies.jsonl")],
        env=os.environ | {"MAILCHIMP_API_KEY": shop.sandbox.key},
        check=True,
    )
    return time.monotonic() - began


def loader(shop: Shop) -> float:
    """The seconds of the sync."""
    shop.put_back()
    given = {"MAILCHIMP_API_KEY": shop.sandbox.key, "MAILCHIMP_BASE_URL": shop.sandbox.url}
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "loader", "sync", "--json"],
        cwd=shop.folder,
        env=os.environ | given,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.monotonic() - began


if __name__ == "__main__":
    main()
