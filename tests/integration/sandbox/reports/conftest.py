"""What the tests of the reports share: a campaign that no other test uses."""

import pytest

from sandbox_process import SandboxProcess
from tests.integration.sandbox.reports.mailing import Mailing


@pytest.fixture
def mailing(sandbox: SandboxProcess, list_id: str) -> Mailing:
    return Mailing(sandbox, list_id)
