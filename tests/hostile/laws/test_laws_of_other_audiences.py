"""The same for audiences that only create, update or label, and for two audiences of one list."""

import pytest

from laws.compiled_dbt import Project
from laws.examples import hold
from laws.settings import OTHERS, Setting

SETTINGS = OTHERS


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_audiences_and_their_lists_end_in_step_whatever_happened(
    project: Project, setting: Setting
) -> None:
    hold(project, setting, project.replay, examples=1)
