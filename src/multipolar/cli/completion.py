"""``multipolar completion``: the script a shell needs to complete our commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of SHELL.

    Example: multipolar completion bash >> ~/.bashrc
    """
    from multipolar.cli import multipolar

    script = get_completion_class(shell)
    if script is not None:
        click.echo(script(multipolar, {}, "multipolar", "_MULTIPOLAR_COMPLETE").source())
