"""A store that holds the starter record alone."""

import pytest

from multipolar.store import Store


@pytest.fixture(scope="session")
def starter(tmp_path_factory):
    """The starter record, whatever the user of this machine has added to a store of his own."""
    return Store.open(tmp_path_factory.mktemp("empty") / "store")
