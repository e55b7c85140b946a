"""What the README says can be pasted, and works."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from multipolar.claims.assess import prepare
from multipolar.claims.library import list_claims
from multipolar.cli import COMMANDS
from multipolar.core.study import load_study
from multipolar.store import Store

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README = PAGES[0].read_text(encoding="utf-8")


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def marked(name):
    block = README.split(f"<!-- {name} command -->")[1]
    return blocks(block, "")[0].strip()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store.open(tmp_path_factory.mktemp("empty") / "store")


def test_the_two_commands_set_up_all_they_need():
    for name, ending in (("main", "multipolar demo"), ("test", "pytest")):
        command = marked(name)
        assert "\n" not in command
        assert command.startswith("python3 -m venv .venv && ")
        assert command.endswith(ending)


def test_ci_runs_the_very_test_command():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    line = next(x for x in script.splitlines() if x.startswith("command="))
    done = subprocess.run(
        ["bash", "-c", f'{line}; echo "$command"'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == marked("test")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_command_shown_exists(page):
    for block in blocks(page.read_text(encoding="utf-8"), ""):
        for line in block.splitlines():
            words = shlex.split(line) if line.startswith("multipolar ") else []
            if words:
                assert words[1] in COMMANDS, line
            if words[1:3] == ["claim", "run"] and "." not in words[3]:
                assert words[3] in list_claims(), line


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_link_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (page.parent / target).exists(), target


def test_the_python_shown_runs(store, monkeypatch):
    monkeypatch.setenv("MULTIPOLAR_STORE", str(store.path))
    for block in blocks(README, "python"):
        exec(compile(block, "README.md", "exec"), {})  # noqa: S102 - our own README


def test_the_claim_shown_can_be_planned(store):
    for block in blocks(README, "toml"):
        assert prepare(load_study(block).claim[0], store).listed.n > 100
