"""The made-up verdict as a module, for tests of charts."""

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def toy():
    """Module ``toy`` of this folder: builders of verdicts."""
    spec = importlib.util.spec_from_file_location("toy", Path(__file__).with_name("toy.py"))
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["toy"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def verdict(toy):
    """Three questions, 108 specifications."""
    return toy.toy_verdict()
