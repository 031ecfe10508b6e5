"""Whatever happens between them, a table of people and a list end in step: one audience a list."""

import pytest

from laws.compiled_dbt import Project
from laws.examples import hold
from laws.settings import ALONE, Setting

SETTINGS = ALONE


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_an_audience_and_its_list_end_in_step_whatever_happened(
    project: Project, setting: Setting
) -> None:
    hold(project, setting, project.replay, examples=1)
