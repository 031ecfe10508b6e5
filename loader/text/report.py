"""What a run did: as text, as JSON, as an exit code. Pure."""

from dataclasses import asdict, dataclass, field

from loader.model.audience import UNFINISHED, Audience, Pause
from loader.model.errors import LoaderError
from loader.model.list_schema import LeftBehind
from loader.model.trouble import NotBegun
from loader.text.audience_report import SEVERITY, AudienceReport
from loader.text.foreign_text import as_json as dumped


@dataclass(kw_only=True)
class RunReport:
    """What one run did, audience by audience, and what stays behind after it.

    Attributes:
        run_id: of `loader_runs`.
        version: of the loader.
        audiences: what became of those that were begun.
        unsent: why others were not, by name.
        not_begun: those of them that are faults.
        left_behind: what audiences have in places that they do not name any more.
        resting: the pauses by the loader of audiences that the run found paused.
        paused: the audiences that this run has paused, because it stopped them once more.
        resumed: the pauses that this run has ended, because the configuration changed.
        is_plan: whether nothing was done.
    """

    run_id: str
    version: str
    audiences: list[AudienceReport] = field(default_factory=list)
    unsent: dict[str, str] = field(default_factory=dict)
    not_begun: list[NotBegun] = field(default_factory=list)
    left_behind: tuple[LeftBehind, ...] = ()
    resting: list[Pause] = field(default_factory=list)
    paused: list[Pause] = field(default_factory=list)
    resumed: list[Pause] = field(default_factory=list)
    is_plan: bool = False

    def skip(self, audience: Audience, *, is_expected: bool = True) -> None:
        """Leave out an audience that dbt says is not to be sent.

        One that dbt could not build or test is a fault, where this run should have sent it.

        Args:
            audience: what dbt registered of it for one list.
            is_expected: whether it has its turn in this run.
        """
        reason = audience.skip_reason or ""
        self.unsent[audience.name] = reason
        if audience.is_failed and is_expected:
            is_temporary = audience.status == UNFINISHED
            fault = NotBegun(of=audience, exit_code=3, message=reason, is_temporary=is_temporary)
            self.not_begun.append(fault)

    def refuse(self, audience: Audience, error: LoaderError) -> None:
        """Leave out an audience because of what its configuration or its account says.

        Args:
            audience: what dbt registered of it for one list.
            error: what stops it.
        """
        self.unsent[audience.name] = str(error)
        self.not_begun.append(
            NotBegun(
                of=audience,
                exit_code=error.exit_code,
                message=str(error),
                is_temporary=error.is_temporary,
                leads_to_pause=error.leads_to_pause,
            )
        )

    @property
    def exit_code(self) -> int:
        """The worst that happened to an audience; one that dbt failed to build stops as 3."""
        # a script has one number to look at: the gravest of all
        codes = [one.exit_code for one in self.audiences]
        codes += [one.exit_code for one in self.not_begun]
        return max(codes, key=SEVERITY.index, default=0)


def as_json(report: RunReport) -> bytes:
    """The report for machines; the same as `target/loader_run_results.json`.

    Args:
        report: of the run.

    Returns:
        An object with the run, its audiences, unsent and left_behind.
    """
    return dumped(
        {
            "run_id": report.run_id,
            "version": report.version,
            "exit_code": report.exit_code,
            "requests": sum(one.requests for one in report.audiences),
            "writes": sum(one.writes for one in report.audiences),
            "unsent": report.unsent,
            "audiences": [one.as_dict() for one in report.audiences],
            "left_behind": [asdict(one) for one in report.left_behind],
            "paused": [asdict(one) for one in report.paused],
            "resumed": [asdict(one) for one in report.resumed],
        }
    )
