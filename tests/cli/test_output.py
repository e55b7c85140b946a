"""A measure's frame on a terminal: what rows share said once, no value apart from a value."""

import polars as pl
import pytest

from multipolar.cli._output import write_frame

KEYS = {"state": "RUS", "since": 2014, "upper": None}
ROWS = [
    {"stream": "votes", "measure": "level", "value": 0.82, "lower": 0.8, "reason": ""},
    {"stream": "votes", "measure": "change", "value": -0.1, "lower": None, "reason": "one period"},
    {"stream": "visits", "measure": "level", "value": None, "lower": None, "reason": "no table"},
]
FRAME = pl.DataFrame([KEYS | row | {"n_obs": 7} for row in ROWS])


@pytest.fixture
def shown(capsys, monkeypatch):
    def show(frame, width):
        monkeypatch.setenv("COLUMNS", str(width))
        write_frame(frame, "table")
        return capsys.readouterr().out

    return show


def test_what_all_rows_share_is_said_once(shown):
    text = shown(FRAME, 100)
    assert text.startswith("state: RUS; since: 2014\n")
    assert text.count("RUS") == 1


def test_rows_without_a_value_stand_apart_with_their_reason(shown):
    values, _, absent = shown(FRAME, 100).partition("no value:")
    assert "0.82" in values
    assert "visits" not in values
    assert "note: one period" in values
    assert "note: \n" not in values, "nothing to note is not noted"
    assert absent.split()[-3:] == ["level", "no", "table"]
    assert "upper" not in values, "a column in which nothing stands is left out"


def test_a_narrow_screen_gets_a_small_table_for_each_key(shown):
    text = shown(FRAME.with_columns(stream="a very long stream of " + pl.col("stream")), 40)
    assert "stream a very long stream of votes\n" in text
    assert max(map(len, text.partition("no value:")[0].splitlines())) <= 40


def test_other_frames_keep_their_columns(shown):
    text = shown(pl.DataFrame({"name": ["a", "b"], "n": [1, 2]}), 60)
    assert text.split() == ["name", "n", "─" * len("name  n"), "a", "1", "b", "2"]


def test_where_no_row_has_a_value_no_empty_table_stands_above(shown):
    text = shown(FRAME.filter(pl.col("value").is_null()), 100)
    assert text.lstrip().startswith("no value:")
