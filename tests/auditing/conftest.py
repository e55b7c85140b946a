"""One auditor over the starter record: tables are read and studies are run once for all tests."""

from functools import cache
from pathlib import Path

import pytest

from multipolar.auditing import Audit, Auditor
from multipolar.reader import read_article
from multipolar.store import Store

ARTICLES = Path(__file__).parent / "articles"


@pytest.fixture(scope="session")
def auditor(tmp_path_factory) -> Auditor:
    return Auditor(Store.open(tmp_path_factory.mktemp("empty") / "store"))


@pytest.fixture(scope="session")
def audited(auditor):
    """Audit of one of the sample articles, by name."""

    @cache
    def of(name: str) -> Audit:
        return auditor.audit_article(read_article(ARTICLES / f"{name}.txt"))

    return of


@pytest.fixture(scope="session")
def only(auditor):
    """The single check of a short text."""

    def of(text: str, date: str | None = None):
        checks = auditor.audit(text, date=date).checks
        assert len(checks) == 1, [(c.type, c.text) for c in checks]
        return checks[0]

    return of
