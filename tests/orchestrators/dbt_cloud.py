"""What dbt Cloud sends to a webhook, as its documentation has it."""

import hmac
import json
import socket

from sandbox_process import Answer, ask

EVENT = {  # as the page of dbt Cloud has it
    "accountId": 1,
    "eventId": "wev_2L6ZDoilyiWzKkSA59Gmc2d7FDD",
    "timestamp": "2023-01-31T19:29:35.789265936Z",
    "eventType": "job.run.completed",
    "webhookName": "test",
    "data": {
        "jobId": "123",
        "jobName": "Daily Job (dbt build)",
        "runId": "12345",
        "environmentId": "1234",
        "environmentName": "Production",
        "dbtVersion": "",
        "projectName": "Snowflake Github Demo",
        "runReason": "",
        "runStartedAt": "2023-01-31T19:28:07Z",
        "runFinishedAt": "2023-01-31T19:29:32Z",
        "runStatus": "Success",
        "runStatusMessage": "None",
    },
}


class DbtCloud:
    """What dbt Cloud sends to the server of the example."""

    secret = "of the webhook"  # noqa: S105 - of this test

    def __init__(self, port: int) -> None:
        self.port = port

    def send(self, signature: str | None = None, event_type: str = "", **data: object) -> int:
        """Send an event, signed unless it is said how; the status of the answer."""
        event = EVENT | {"data": {**EVENT["data"], **data}}  # type: ignore[dict-item]
        event |= {"eventType": event_type} if event_type else {}
        body = json.dumps(event).encode()
        signed = hmac.new(self.secret.encode(), body, "sha256").hexdigest()
        return self.post(body, {"Authorization": signed if signature is None else signature}).status

    def post(self, body: bytes, headers: dict[str, str]) -> Answer:
        """Send anything."""
        return ask("POST", f"http://127.0.0.1:{self.port}/", body, headers)

    def is_up(self) -> bool:
        """Whether the server listens."""
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0
