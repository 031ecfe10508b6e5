"""dbt Cloud: it says that a job has finished, and this server then runs the loader.

Not run: needs an account of dbt Cloud. A test sends it the event that
[dbt Cloud documents](https://docs.getdbt.com/docs/deploy/webhooks), with the signature.

Run it where the loader is, behind something that speaks HTTPS. In dbt Cloud make a webhook for the
event "Run completed" of the job. The loader needs profiles.yml alone, of the warehouse that dbt
Cloud writes: it has to be one that the loader reads, and dbt Cloud does not write DuckDB files.
The environment has DBT_CLOUD_JOB_ID and two secrets: DBT_CLOUD_WEBHOOK_SECRET, which dbt Cloud
shows once, and MAILCHIMP_API_KEY.
"""

import hmac
import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ["DBT_CLOUD_WEBHOOK_SECRET"].encode()
JOB = os.environ["DBT_CLOUD_JOB_ID"]
PORT = int(os.environ.get("PORT", "8080"))
LONGEST = 100_000  # bytes; an event has about a thousand

built = threading.Event()  # events that come during a sync are one more sync


class Webhook(BaseHTTPRequestHandler):
    """Answers within the ten seconds that dbt Cloud waits; the sync goes on beside it."""

    timeout = 10

    def do_POST(self) -> None:
        """Take an event, if it is signed by dbt Cloud."""
        length = self.headers.get("Content-Length", "")
        body = self.rfile.read(min(int(length), LONGEST)) if length.isdecimal() else b""
        signature = hmac.new(SECRET, body, "sha256").hexdigest().encode()
        given = self.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(signature, given):
            self.send_error(401)
            return
        event = json.loads(body)
        run = event.get("data", {})
        about = event.get("eventType"), str(run.get("jobId")), run.get("runStatus")
        if about == ("job.run.completed", JOB, "Success"):
            built.set()
        self.send_response(204)
        self.end_headers()


def sync_when_built() -> None:
    """One sync at a time. 0 and 1 are success, 4 is tried again, the rest needs a person."""
    while built.wait():
        built.clear()
        for _ in range(3):
            code = subprocess.run(["loader", "sync"], check=False).returncode
            if code != 4:
                break
        print(f"exit code {code}", flush=True)


if __name__ == "__main__":
    threading.Thread(target=sync_when_built, daemon=True).start()
    ThreadingHTTPServer(("127.0.0.1", PORT), Webhook).serve_forever()
