#!/usr/bin/env bash
# The main job, on this machine: a shop in DuckDB, or in what DBT_TARGET names; dbt, a local
# Mailchimp, three syncs.
set -euo pipefail
cd "$(dirname "$0")"

demo=$(mktemp -d)
sandbox=
trap '[ -z "$sandbox" ] || kill "$sandbox"; wait; rm -rf "$demo"' EXIT

export SHOP_DATABASE="$demo/shop.duckdb" DBT_TARGET_PATH="$demo/target" DBT_LOG_PATH="$demo/logs"
export DBT_SEND_ANONYMOUS_USAGE_STATS=false

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@"; }

say "A local Mailchimp, with its limits; it takes example.com only because this demo asks it to"
loader sandbox --port 0 --allow-example-com >"$demo/sandbox.txt" &
sandbox=$!
until grep -q '^Sandbox:' "$demo/sandbox.txt"; do
    kill -0 "$sandbox"
    sleep 0.1
done
head -n 1 "$demo/sandbox.txt"
MAILCHIMP_BASE_URL=$(awk '/^Sandbox:/ {print $2}' "$demo/sandbox.txt")
MAILCHIMP_API_KEY=$(awk '/^Sandbox:/ {print $4}' "$demo/sandbox.txt")
export MAILCHIMP_BASE_URL MAILCHIMP_API_KEY

say "A shop: 300 customers as ugly as real ones, three audiences"
run dbt --quiet deps
run dbt --quiet seed
run dbt --quiet run
run loader check

say "The first sync sends everybody who consented"
run loader sync

say "A day passes in the shop"
run dbt --quiet run-operation simulate_one_day
run dbt --quiet run

say "The second sync sends what changed, and nothing else"
run loader sync

say "The third finds nothing to send: no write at all"
run loader sync

say "What the warehouse knows"
run loader ls
run loader rejections --select newsletter | sed -n 1,8p

say "What Mailchimp shows, brought into the warehouse, and compared with what was confirmed"
run loader lists
run loader pull
run loader verify
echo
echo "Done. docs/tutorial.md has the same steps by hand."
