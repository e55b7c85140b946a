"""What is recorded of the starter tables is what they hold; other files are hashed anew."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

from multipolar.sources import SOURCES
from multipolar.store import starter


def test_the_recorded_contents_are_those_of_the_files(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "scripts")
    from make_starter_contents import describe_starter

    recorded = json.loads(starter.CONTENTS.read_text(encoding="utf-8"))
    assert recorded == describe_starter(), "run scripts/make_starter_contents.py"


def test_a_changed_file_is_not_taken_for_the_recorded_one(tmp_path):
    source = SOURCES["memberships"]
    (original,) = starter.starter_paths(source)
    same = shutil.copy(original, tmp_path / original.name)
    kept = starter.recorded_provenance(replace(source, starter=(str(same),)), "memberships")
    assert kept is not None
    assert kept.sha256 == starter.recorded_provenance(source, "memberships").sha256
    with Path(same).open("a", encoding="utf-8") as file:
        file.write("\n")
    changed = replace(source, starter=(str(same),))
    assert starter.recorded_provenance(changed, "memberships") is None
