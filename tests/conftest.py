"""Fixtures of every test: where the full public record is, if it is here at all."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared():
    """Folder of the full public record, or a skip that says it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the full public record (../shared) is not beside this checkout")
    return SHARED
