"""The command line: one module per noun, loaded only when its command runs."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import Any

import click

from multipolar import __version__
from multipolar.core.errors import MultipolarError, nearest

# Help lines stand here so that ``multipolar --help`` imports no command.
COMMANDS = {
    "demo": "Check the shipped claims on the starter record and write the report.",
    "claim": "Put a claim to the record: list, new, plan, run, show.",
    "measure": "Compute where states stand: list, show, compute.",
    "source": "Open data sets: list, show, add, fetch, check.",
    "store": "The folder of evidence: status, sql, export.",
    "read": "Read an article: who, what, who says so, how firmly.",
    "audit": "Check an article's claims against the record.",
    "report": "Write the report of one or more claims.",
    "verify": "Recompute a report and say whether it is equal.",
    "doctor": "Say what is wrong with this installation, if anything.",
    "completion": "Print the shell completion script.",
}


# Objects made before cycles are looked for: commands make few, and 700, the default of Python,
# costs reading a tenth of its time. A library must not set this; the process is ours here.
COLLECTED_AFTER = 20_000


class LazyGroup(click.Group):
    """Loads ``multipolar.cli.<name>`` when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order a newcomer needs them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one command."""
        if cmd_name in COMMANDS:
            command: click.Command = importlib.import_module(f"multipolar.cli.{cmd_name}").command
            return command
        close = nearest(cmd_name, COMMANDS)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        return ctx.fail(f"No such command {cmd_name!r}.{hint}")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="multipolar")
def multipolar() -> None:
    """Measure where states stand, and how far a claim about it survives.

    Start with: multipolar demo
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; known errors are one line with the fix, and a fitting exit code."""
    gc.set_threshold(COLLECTED_AFTER)
    debug = "--debug" in (arguments if arguments is not None else sys.argv)
    try:
        multipolar.main(args=arguments, prog_name="multipolar", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _say("Interrupted; what was written before is intact.")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (``| head``): end quietly.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except MultipolarError as error:
        if debug:
            raise
        _say(f"{type(error).__name__}: {error}")
        sys.exit(error.exit_code)


def _say(message: Any) -> None:
    click.echo(message, err=True)
