"""The commands a newcomer meets, run as he would: what they print, and how they end."""

import json
import os
import subprocess
import sys

import polars as pl
import pytest

from multipolar.cli import COMMANDS, main


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Run a command on an empty store; gives exit code, stdout and stderr."""
    monkeypatch.setenv("MULTIPOLAR_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)

    def call(*words):
        code = 0
        try:
            main(list(words))
        except SystemExit as stop:
            code = stop.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_a_claim_in_words_names_what_flips_it(run):
    code, out, _ = run("claim", "run", "world-condemned-invasion", "--format", "table")
    assert code == 0
    assert "CONTESTED" in out
    assert "one change is enough to reverse it: counting people" in out
    assert "is not a probability" in out
    assert "73%" in out
    assert "42%" in out
    assert "72%" in out


def test_a_claim_in_a_pipe_is_json(run):
    code, out, _ = run("claim", "run", "world-sanctioned-russia")
    found = json.loads(out)
    assert code == 0
    assert found["verdict"] == "mostly fails"
    assert found["n_specifications"] == 48


def test_a_verdict_is_no_failure_unless_asked(run):
    assert run("claim", "run", "neighbours-leak")[0] == 0
    assert run("claim", "run", "neighbours-leak", "--exit-code")[0] == 1


def test_the_plan_comes_before_the_run_and_has_the_same_hash(run):
    _, plan, _ = run("claim", "plan", "world-condemned-invasion")
    _, result, _ = run("claim", "run", "world-condemned-invasion")
    assert json.loads(plan)["hash"] == json.loads(result)["hash"]


def test_a_new_study_can_be_checked_and_run_at_once(run):
    code, _, err = run(
        "claim", "new", "mine.toml", "--subject", "Turkey", "--text", "Turkey is isolated",
        "--predicate", "isolated",
    )  # fmt: skip
    assert code == 0, err
    assert run("claim", "check", "mine.toml")[0] == 0
    code, _, err = run("claim", "new", "mine.toml", "--subject", "TUR", "--text", "again")
    assert code == 2
    assert "is there already" in err


def test_a_report_is_written_verified_and_found_changed(run, tmp_path):
    code, _, err = run("report", "world-sanctioned-russia", "-o", "out")
    assert code == 0, err
    assert (tmp_path / "out" / "report.html").is_file()
    code, out, _ = run("verify", "out")
    assert (code, out.strip()[:5]) == (0, "equal")
    table = tmp_path / "out" / "replication" / "world-sanctioned-russia.csv"
    table.write_text(table.read_text().replace("supports", "contradicts", 1))
    code, out, _ = run("verify", "out")
    assert code == 3
    assert "changed since the report was written" in out
    assert run("report", "world-sanctioned-russia", "-o", "out")[0] == 2


def test_a_measure_takes_its_choices_as_options(run, tmp_path):
    words = ("measure", "compute", "alignment", "--pole", "west", "--since", "2022")
    code, out, err = run(*words, "--metric", "kappa_linear", "--format", "csv")
    assert code == 0, err
    rows = pl.read_csv(out.encode())
    assert rows.columns == ["state", "measure", "value", "lower", "upper", "n_obs"]
    assert rows.height > 150
    code, _, err = run(*words, "-o", "lean.dta")
    assert code == 0, err
    assert (tmp_path / "lean.dta").stat().st_size > 1000


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("claim", "run", "world-condemned"), 2, "world-condemned-invasion"),
        (("measure", "compute", "isolatoin"), 2, "isolation"),
        (("measure", "compute", "alignment", "--metric", "kapa_linear"), 2, "kappa_linear"),
        (("measure", "compute", "alignment", "--metrik", "agree"), 2, "metric"),
        (("measure", "compute", "alignment", "--state", "Rusia"), 2, "RUS"),
        (("measure", "compute", "alignment", "--state"), 2, "needs a value"),
        (("source", "show", "unga_vote"), 2, "unga_votes"),
        (("verify", "nowhere"), 2, "replication"),
        (("clam", "list"), 2, "claim"),
    ],
)
def test_a_wrong_word_gets_one_line_with_the_nearest_right_one(run, words, code, message):
    found, out, err = run(*words)
    assert found == code
    assert message in err
    assert "Traceback" not in err
    assert out == ""


def test_the_installation_is_well(run):
    code, out, _ = run("doctor")
    assert code == 0, out
    assert {row["state"] for row in json.loads(out)} == {"ok"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_a_completion_script(run, shell):
    code, out, _ = run("completion", shell)
    assert code == 0
    assert "_MULTIPOLAR_COMPLETE" in out


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom multipolar.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'polars', 'ibis', 'duckdb', 'numba', 'numpy', 'altair', 'pydantic', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", [c for c in COMMANDS if c != "audit"])
def test_every_command_has_help_with_an_example(run, name):
    code, out, _ = run(name, "--help")
    assert code == 0
    assert "Example: multipolar" in " ".join(out.split())


def test_a_closed_pipe_ends_quietly(tmp_path):
    command = f"{sys.executable} -m multipolar claim list --format json | head -1"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MULTIPOLAR_STORE": str(tmp_path / "store")},
    )
    assert "Traceback" not in done.stderr
