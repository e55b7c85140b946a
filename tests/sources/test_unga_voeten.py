"""Voeten's compilation: its codes, its folded states, its dates, its encodings."""

import polars as pl
import pytest

from multipolar.core.declare import Rejects
from multipolar.core.errors import SchemaMismatch
from multipolar.sources import unga_voeten

AFGHANISTAN = '1980,35,1980-11-20,"R/35/37",NA,0,"AFGHANISTAN","Afghanistan (été)",1'
MYANMAR = '2006,61,2006-12-19,"R/61/232",NA,{},"MYANMAR","Human rights in Myanmar",0'
CHINA = '1969,24,1969-11-11,"R/24/9",NA,0,NA,NA,NA'
VOTES = f"""\
"","rcid","ccode","member","vote","Country","Countryname","year","session","date",\
"unres","amend","para","short","descr","importantvote"
"1",101,365,1,3,"RUS","Russia",{AFGHANISTAN}
"2",101,2,1,1,"USA","United States",{AFGHANISTAN}
"3",101,437,1,8,"CIV","Côte d'Ivoire",{AFGHANISTAN}
"4",101,626,0,9,"SSD","South Sudan",{AFGHANISTAN}
"5",102,365,1,2,"RUS","Russia",{MYANMAR.format(1)}
"6",102,345,1,1,"SRB","Serbia",{MYANMAR.format(1)}
"7",103,365,1,3,"RUS","Russia",{MYANMAR.format(0)}
"8",103,345,1,1,"SRB","Serbia",{MYANMAR.format(0)}
"9",104,345,1,1,"YUG","Yugoslavia",{CHINA}
"10",104,713,1,3,"TWN","China",{CHINA}
"""


@pytest.fixture
def read(tmp_path):
    def read_text(text, *others, encoding="latin-1"):
        paths = []
        for number, content in enumerate((text, *others)):
            paths.append(tmp_path / f"UNVotes{number}.csv")
            paths[-1].write_text(content, encoding=encoding)
        rejects = Rejects()
        frames = unga_voeten.read(paths, rejects)
        return frames["rollcalls"], frames["votes"], rejects.rows

    return read_text


def votes_on(votes, rollcall):
    chosen = votes.filter(pl.col("rollcall") == rollcall)
    return dict(chosen.select("state", "vote").iter_rows())


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_codes_and_states_of_the_day(read, encoding):
    rollcalls, votes, rejects = read(VOTES, encoding=encoding)
    assert rejects == []
    assert votes_on(votes, "A/RES/35/37") == {"SUN": 3, "USA": 1, "CIV": 8}
    assert votes_on(votes, "A/RES/61/232") == {"RUS": 3, "SRB": 1}
    assert votes_on(votes, "voeten-104") == {"YUG": 1, "CHN": 3}
    titles = dict(rollcalls.select("rollcall", "title").iter_rows())
    assert titles["A/RES/35/37"] == "Afghanistan (été)"


def test_votes_on_paragraphs_are_apart_and_share_the_topic(read):
    rollcalls, votes, _ = read(VOTES)
    assert votes_on(votes, "A/RES/61/232#102") == {"RUS": 2, "SRB": 1}
    both = rollcalls.filter(pl.col("symbol") == "A/RES/61/232")
    assert both["topic"].n_unique() == 1
    assert dict(both.select("rollcall", "final").iter_rows()) == {
        "A/RES/61/232": True,
        "A/RES/61/232#102": False,
    }


def test_important_votes_and_missing_flags(read):
    rollcalls, _, _ = read(VOTES)
    flags = dict(rollcalls.select("rollcall", "important").iter_rows())
    assert flags["A/RES/35/37"] is True
    assert flags["A/RES/61/232"] is False
    assert flags["voeten-104"] is None


def test_untitled_votes_are_topics_of_their_own(read):
    rollcalls, _, _ = read("resid,ccode,date,vote\n1,2,1980-01-01,1\n2,2,1980-01-01,3\n")
    assert rollcalls["topic"].to_list() == ["voeten-1", "voeten-2"]


def test_roll_call_with_several_dates_takes_the_most_frequent(read):
    lines = ["resid,ccode,date,vote", "7,2,1990-10-01,1", "7,20,1990-10-01,1", "7,200,1990-11-05,3"]
    rollcalls, votes, rejects = read("\n".join(lines) + "\n")
    assert [str(d) for d in rollcalls["date"]] == ["1990-10-01"]
    assert votes.height == 3
    assert rejects == []


def test_repeated_and_impossible_rows_are_on_record_with_their_numbers(read):
    lines = ["resid,ccode,date,vote", "7,2,1990-10-01,1", "7,2,1990-10-01,1", "7,20,1990-10-01,5"]
    lines += ["7,999,1990-10-01,1", "7,626,1990-10-01,1", "7,200,1990-10-01,2"]
    _, votes, rejects = read("\n".join(lines) + "\n")
    assert votes_on(votes, "voeten-7") == {"USA": 1, "GBR": 2}
    assert {r["row"]: r["reason"].split(":")[0] for r in rejects} == {
        2: "repeated row",
        3: "no vote has this code",
        4: "no state has this code or name",
        5: "not a member of the United Nations on that day",
    }


def test_descriptions_from_a_second_file(read):
    votes = "rcid,ccode,date,vote\n5,2,2017-12-21,3\n5,200,2017-12-21,1\n"
    described = 'rcid,unres,descr,importantvote\n5,"R/72/31","Nuclear treaty",1\n'
    rollcalls, _, _ = read(votes, described)
    call = rollcalls.row(0, named=True)
    assert (call["rollcall"], call["topic"], call["important"]) == (
        "A/RES/72/31",
        "nuclear treaty",
        True,
    )


def test_file_without_votes_names_the_missing_column(read):
    with pytest.raises(SchemaMismatch, match="no column 'ccode'"):
        read("rcid,descr\n1,text\n")


@pytest.mark.shared
def test_agrees_with_the_un_record_where_both_have_a_vote(shared, read):
    source = shared / "data" / "unga_voeten" / "completevotes_2024_cow.parquet"
    compiled = pl.read_parquet(source).filter(pl.col("date") >= "2010")
    rollcalls, votes, rejects = read(compiled.write_csv())
    assert votes.height + len(rejects) == compiled.height
    printed = pl.read_parquet(shared / "data" / "unga_undl" / "resolutions.parquet").filter(
        (pl.col("body") == "GA") & pl.col("recorded")
    )
    tally = ["date", "yes", "no", "abstain"]
    same = printed.with_columns(pl.col("date").str.to_date()).join(
        rollcalls.with_columns(pl.col("yes", "no", "abstain").cast(pl.Int64)), on=tally
    )
    only = same.unique("rollcall", keep="none").unique("undl_id", keep="none")
    codes = {"Y": 1, "A": 2, "N": 3}
    ballots = pl.read_parquet(shared / "data" / "unga_undl" / "votes.parquet").select(
        "undl_id",
        pl.col("ms_code").cast(pl.String).alias("state"),
        pl.col("vote").cast(pl.String).replace_strict(codes, default=None).alias("printed"),
    )
    matched = votes.join(only.select("rollcall", "undl_id"), on="rollcall").join(
        ballots.drop_nulls(), on=["undl_id", "state"]
    )
    assert matched.height > 50_000
    assert (matched["vote"] == matched["printed"]).mean() > 0.999
