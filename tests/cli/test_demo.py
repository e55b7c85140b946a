"""The main job, as a newcomer runs it."""

import json
import os

from multipolar.claims.library import list_claims
from multipolar.cli import main


def test_the_demo_checks_every_claim_and_writes_the_report(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MULTIPOLAR_OFFLINE", "1")
    before = dict(os.environ)
    main(["demo"])
    assert dict(os.environ) == before
    rows = json.loads(capsys.readouterr().out)
    assert [r["claim"] for r in rows] == list_claims()
    words = {r["claim"]: r["verdict"] for r in rows}
    assert words["world-condemned-invasion"] == "contested"
    assert words["usa-isolated-on-cuba"] == "holds"
    assert words["neighbours-leak"] == "cannot tell"
    page = (tmp_path / "multipolar-report" / "report.html").read_text(encoding="utf-8")
    for name in list_claims():
        assert name in page
    assert page.count("<svg") > 30
    assert "<script" not in page
