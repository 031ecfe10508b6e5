"""From which targets of the profile an audience may be sent. Pure."""

from loader.model.audience import Audience
from loader.model.errors import TargetNotAllowed


def check_target(audience: Audience, target: str) -> None:
    """A development target must not write to real people.

    Args:
        audience: what dbt registered of it for one list.
        target: the name that the profile gives to where the audience was read.

    Raises:
        TargetNotAllowed: the audience names the targets that may send it, and this is none.
    """
    if audience.targets and target not in audience.targets:
        raise TargetNotAllowed(
            f"{audience.name}: meta.mailchimp.targets allows sending only from the target"
            f" {' or '.join(audience.targets)}, and this is '{target}'. Nothing was sent. loader"
            " plan and loader check work here. To send, choose another target with --target."
        )
