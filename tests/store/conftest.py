"""Fixtures of the store's tests; the folder joins the path so that child processes find theirs."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from toy_source import write_toy

from multipolar.store import Store


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "store")


@pytest.fixture
def toy_file(tmp_path):
    return write_toy(tmp_path / "toy.csv")
