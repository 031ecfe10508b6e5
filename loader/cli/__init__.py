"""The command line: options in, one call, one report out, an exit code."""

import importlib
import signal
import traceback
from typing import Any

import click

from loader import __version__
from loader.model.errors import Interrupted, LoaderError, WarehouseError
from loader.terminal.log import current_log
from loader.terminal.usage import UsageFailed
from loader.text.foreign_text import one_line

# a command is imported when it is asked for: none waits for the libraries of another
COMMANDS = {
    "init": "loader.cli.init",
    "sync": "loader.cli.sync",
    "plan": "loader.cli.plan",
    "pull": "loader.cli.pull",
    "verify": "loader.cli.verify",
    "check": "loader.cli.check",
    "ls": "loader.cli.listing.ls",
    "lists": "loader.cli.listing.lists",
    "explain": "loader.cli.explain",
    "runs": "loader.cli.listing.runs",
    "rejections": "loader.cli.listing.rejections",
    "pause": "loader.cli.pause",
    "resume": "loader.cli.pause",
    "retire": "loader.cli.retire",
    "forget": "loader.cli.forget",
    "copy": "loader.cli.copy",
    "sandbox": "loader.cli.sandbox",
}
CONTEXT = {"max_content_width": 100, "help_option_names": ["-h", "--help"]}
EXIT_CODES = """
\b
Exit codes:
  0  done; held, invalid and earlier rejections are counted, not errors
  1  done, with rejections that are new in this run; verify: drift; explain, forget: not found
  2  bad usage or configuration
  3  stopped by Mailchimp or the warehouse
  4  interrupted; safe to run again
  5  stopped by a guard
"""


class Commands(click.Group):
    """A group in which every known trouble is one message and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """The names, in the order in which somebody meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name]), cmd_name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What stands before the name of a command."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _in_one_line(error) from None

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command; what stops it is said in one paragraph, without a traceback."""
        for number in (signal.SIGINT, signal.SIGTERM):  # a shell's `&` begins with SIGINT ignored
            signal.signal(number, signal.default_int_handler)
        try:
            return self._invoke(ctx)
        except SystemExit as ended:
            current_log().ended(int(ended.code or 0))
            raise

    def _invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        try:
            return super().invoke(ctx)
        except LoaderError as error:
            current_log().say(str(error), exit_code=error.exit_code)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            stopped = "Stopped. Answers received so far are recorded. Run again to continue."
            current_log().ended(Interrupted.exit_code, stopped)
            ctx.exit(Interrupted.exit_code)
        except click.ClickException as error:
            if isinstance(error, click.UsageError):  # click shows the usage with it
                raise _in_one_line(error) from None
            current_log().say(error.format_message(), exit_code=error.exit_code)
            ctx.exit(error.exit_code)
        except (click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - a traceback helps nobody, and may hold an address
            current_log().say(_unexpected(error), exit_code=WarehouseError.exit_code)
            ctx.exit(WarehouseError.exit_code)


def _in_one_line(error: click.UsageError) -> click.UsageError:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error  # the help, in words of ours
    kind = UsageFailed if isinstance(error, UsageFailed) else click.UsageError
    return kind(one_line(error.format_message()), error.ctx)


def _unexpected(error: Exception) -> str:
    """Where something went wrong that nobody thought of, without a value in it."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "loader" in frame.filename] or frames
    where = f"{own[-1].filename}, line {own[-1].lineno}"
    return (
        f"an unexpected {type(error).__name__} in {where}. Answers received so far are recorded."
        " Run again, and report this line if it comes again."
    )


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings=CONTEXT)
@click.version_option(__version__)
def main() -> None:
    """Sync the audiences of a dbt project to Mailchimp.

    An audience is one dbt model. `dbt run` computes what Mailchimp has not confirmed yet;
    `loader sync` sends it and writes every answer back into the warehouse.
    """
