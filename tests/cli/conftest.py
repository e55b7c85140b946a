"""A command line run in this process."""

import pytest


@pytest.fixture
def run(capfd):
    """Run a command line in this process; return (exit code, stdout, stderr)."""
    from multipolar.cli import main

    def call(*arguments):
        code = 0
        try:
            main([str(a) for a in arguments])
        except SystemExit as stop:
            code = stop.code or 0
        out, err = capfd.readouterr()
        return code, out, err

    return call
