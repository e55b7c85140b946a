"""Structural balance: whether votes split states into camps or friends of friends disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from multipolar.core.choices import Choice
from multipolar.core.declare import Measure
from multipolar.core.errors import BadOption, TooFewObservations, UnknownName
from multipolar.core.states import find_states
from multipolar.measures._bloc_periods import vote_windows
from multipolar.measures._estimand import Floats
from multipolar.measures._kernels import communities, signed
from multipolar.measures._pole_ties import Window
from multipolar.measures._vote_choices import VOTE_SET
from multipolar.measures._vote_draws import VoteDraws
from multipolar.measures._votes import VoteRecord
from multipolar.measures.blocs import SCHEMA
from multipolar.store import Store

EXPECTED = Choice(
    name="expected",
    options=("of_both", "by_chance"),
    kind="N",
    why="a hostile pair agrees less than the two do with everybody, or less than chance would give",
    labels={
        "of_both": "against the agreement of both with all others",
        "by_chance": "against the agreement of their shares of yes, abstain and no",
    },
)
TIES = Choice(
    name="ties",
    options=("weighted", "signs"),
    why="a strong tie against the camps strains them more than a weak one; the classical index "
    "counts ties",
    labels={"weighted": "ties by strength", "signs": "ties by their sign alone"},
)
WEAK = Choice(
    name="weak",
    options=(0.0, 0.02, 0.05),
    why="a tie near zero has a sign by accident, and any line between weak and strong is drawn",
    labels={
        0.0: "every tie has a sign",
        0.02: "ties within 0.02 of zero left out",
        0.05: "ties within 0.05 of zero left out",
    },
)
DEALS = 20
Row = tuple[Any, ...]
_Split = tuple[float, signed.Ints] | None


def compute(  # noqa: PLR0913 - one keyword per choice and selector
    store: Store,
    *,
    expected: str = "of_both",
    ties: str = "weighted",
    weak: float = 0.0,
    vote_set: str = "contested",
    states: str | None = None,
    organisation: str | None = None,
    since: int | None = None,
    until: int | None = None,
    step: int = 0,
    draws: int = 50,
    seeds: int = 5,
    seed: int = 1945,
) -> pl.DataFrame:
    """Balance of the signed graph of votes: triangles, camps, and the ties that fit neither.

    Parameters
    ----------
    store : Store
    expected, ties, weak, vote_set
        Choices of the measure.
    states : str, optional
        Names or codes with commas between them; all UN members without it. The tie of two states
        depends on the others with ``expected="of_both"``.
    organisation : str, optional
        Full members of an organisation of the table ``memberships`` at the end of the window.
    since, until : int, optional
        First and last year; the last three years of the record of votes without them.
    step : int
        Years of one period, 0 for the whole window at once.
    draws, seeds, seed : int
        Bootstrap draws, searches for blocs, and the seed of both.

    Returns
    -------
    frame, one row per (state, since, until, measure)
        For a state: ``bloc`` (of the search below, 1 the largest), ``friendly`` (share of its ties
        above zero) and ``balanced_triangles`` (share of its triangles with an even number of
        hostile ties), in [0, 1]; ``faction`` (1 or 2) of the exact split where there is one.

        With an empty state: ``friendly`` and ``balanced_triangles`` over all ties and triangles,
        with 5-95 % over draws, beside ``balanced_triangles_by_chance`` (as many friendly ties
        dealt out at random); ``signed_modularity`` of the blocs found, beside
        ``signed_modularity_by_chance`` (blocs found in the same ties dealt out at random: median
        and 5-95 %); ``frustration``: least strength (or number) of ties that any split into two
        factions leaves against it, and ``frustration_share`` of all ties, in [0, 0.5]: 0 two
        perfect camps. More than 22 states are too many to try every split: the row says so.
        ``n_obs`` counts states; in the row of a state its ties or triangles.

    Raises
    ------
    TooFewObservations, UnknownName, BadOption

    Notes
    -----
    A hostile tie is agreement below expectation, not hostility: states that agree on nine votes of
    ten have one where both agree with all others on more. Resampling adds noise, and noise
    lowers balance: intervals lie below the figure more than above it.

    References
    ----------
    Cartwright & Harary 1956, doi:10.1037/h0046049; Aref & Wilson 2019,
    doi:10.1093/comnet/cny015; Gomez, Jensen & Arenas 2009, doi:10.1103/PhysRevE.80.016114.

    Examples
    --------
    >>> from multipolar import measure
    >>> frame = measure("structural_balance", states="USA,GBR,FRA,RUS,CHN", since=2022, draws=5)
    >>> camp = dict(frame.filter(measure="faction").select("state", "value").iter_rows())
    >>> camp["RUS"] == camp["CHN"] != camp["USA"]
    True
    """
    record = VoteRecord.load(store)
    counted = VoteDraws(record, draws=draws, seed=seed, vote_set=vote_set)
    tie = _Tie(expected, ties == "signs", float(weak))
    rows: list[Row] = []
    for window in vote_windows(record, since, until, step):
        chosen = _chosen(store, counted, window, states, organisation)
        graphs = _graphs(counted, window, chosen, tie)
        labels, split = _blocs(graphs.plain, seeds, seed), _split(graphs.plain)
        found = [*_whole(graphs, labels, split, seeds, seed), *_states(graphs, labels, split)]
        rows += [(row[0], *window, *row[1:]) for row in found]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@dataclass(frozen=True, slots=True)
class _Tie:
    """How joint counts become ties."""

    expected: str
    signs: bool
    weak: float

    @property
    def fewest(self) -> int:
        """A triangle; one state more where the agreement of both explains three fully."""
        return 3 if self.expected == "by_chance" else 4

    def graph(self, cells: Floats) -> Floats:
        """Signed graph (n, n) of joint counts (3, 3, n, n)."""
        if self.expected == "by_chance":
            graph = np.nan_to_num(communities.agreement_beyond_chance(cells))
        else:
            graph = signed.beyond_both(communities.agreement(cells))
        np.fill_diagonal(graph, 0.0)
        # What rounding leaves of a tie that is exactly as expected has no sign.
        graph[np.abs(graph) <= max(self.weak, 1e-12)] = 0.0
        return np.sign(graph) if self.signs else graph


@dataclass(frozen=True, slots=True)
class _Graphs:
    """Signed graph of a window, and of its draws."""

    states: tuple[str, ...]
    plain: Floats
    drawn: list[Floats]
    resampled: str


def _chosen(
    store: Store, counted: VoteDraws, window: Window, states: str | None, organisation: str | None
) -> Any:
    """Which states of the record are in the graph."""
    if states and organisation:
        raise BadOption("states and organisation are two ways to say who", hint="leave one out")
    members = counted.members(window)
    if not states and not organisation:
        return members
    codes = (
        _members_of(store, organisation, window[1])
        if organisation
        else [s.code for s in find_states(states or "", on=window[1])]
    )
    return members & np.isin(counted.record.states, codes)


def _members_of(store: Store, organisation: str, year: int) -> list[str]:
    rows = store.frame("memberships")
    named = {o.casefold(): o for o in rows["org"].unique()}
    if organisation.casefold() not in named:
        raise UnknownName.among("organisation", organisation, sorted(named.values()))
    end = date(year, 12, 31)
    inside = rows.filter(
        pl.col("org") == named[organisation.casefold()],
        pl.col("status").is_in(["member", "member_withdrawing"]),
        pl.col("start") <= end,
        pl.col("end").is_null() | (pl.col("end") > end),
    )
    return inside["state"].unique().sort().to_list()


def _graphs(counted: VoteDraws, window: Window, chosen: Any, tie: _Tie) -> _Graphs:
    cells, resampled = counted.drawn(window, chosen)
    whole = counted.cells(window, chosen)
    voted = whole.sum(axis=(0, 1)) - np.diag(np.diag(whole.sum(axis=(0, 1))))
    kept = voted.sum(axis=1) > 0
    states = tuple(np.array(counted.record.states)[chosen][kept].tolist())
    if len(states) < tie.fewest:
        raise TooFewObservations(
            f"{len(states)} of the states asked for voted as members in {window[0]}-{window[1]}; "
            f"needs {tie.fewest}",
            hint="states=USA,CHN,RUS,IND",
        )
    inside = np.ix_(range(3), range(3), kept, kept)
    return _Graphs(
        states=states,
        plain=tie.graph(whole[inside]),
        drawn=[tie.graph(c[inside]) for c in cells] if len(cells) > 1 else [],
        resampled=resampled,
    )


def _split(graph: Floats) -> _Split:
    """Least weight against two factions, and these; None of more states than can be tried."""
    return signed.frustration(graph) if len(graph) <= signed.LARGEST_FRUSTRATION else None


def _whole(graphs: _Graphs, labels: Any, split: _Split, seeds: int, seed: int) -> list[Row]:
    n, plain = len(graphs.states), graphs.plain
    how = f"resampled over {graphs.resampled}"
    friendly = _friendly(plain)
    dealt = [_deal(plain, np.random.default_rng([seed, k])) for k in range(DEALS)]
    chance = [signed.signed_modularity(g, _blocs(g, seeds, seed)) for g in dealt]
    low, middle, high = map(float, np.quantile(chance, [0.05, 0.5, 0.95]))

    def drawn(measure: str, number: Any) -> Row:
        value = number(plain)
        limits = _limits([number(g) for g in graphs.drawn], value)
        return ("", measure, value if np.isfinite(value) else None, *limits, n, how)

    return [
        drawn("friendly", _friendly),
        drawn("balanced_triangles", signed.balanced_share),
        _row("balanced_triangles_by_chance", signed.balanced_by_chance(friendly), n),
        drawn("signed_modularity", lambda g: signed.signed_modularity(g, labels)),
        ("", "signed_modularity_by_chance", middle, low, high, n, "the same ties dealt out"),
        _row("n_blocs", float(labels.max() + 1), n),
        *_frustration(graphs, split, how),
    ]


def _row(measure: str, value: float, n: int) -> Row:
    return ("", measure, value if np.isfinite(value) else None, None, None, n, "")


def _frustration(graphs: _Graphs, split: _Split, how: str) -> list[Row]:
    """Exact for few states; refused by name for more, as a number of a search would be no index."""
    n = len(graphs.states)
    names = ("frustration", "frustration_share")
    if split is None:
        why = (
            f"{n} states: every split of at most {signed.LARGEST_FRUSTRATION} can be tried; name "
            "them with states or organisation"
        )
        return [("", name, None, None, None, n, why) for name in names]

    def both(graph: Floats, weight: float) -> tuple[float, float]:
        total = np.abs(graph).sum() / 2
        return weight, weight / total if total else float("nan")

    values = both(graphs.plain, split[0])
    drawn = [both(g, signed.frustration(g)[0]) for g in graphs.drawn]
    return [
        ("", name, v if np.isfinite(v) else None, *_limits([d[k] for d in drawn], v), n, how)
        for k, (name, v) in enumerate(zip(names, values, strict=True))
    ]


def _states(graphs: _Graphs, labels: Any, split: _Split) -> list[Row]:
    plain, n = graphs.plain, len(graphs.states)
    balanced, total = signed.triangles(plain)
    tied, friends = (plain != 0).sum(axis=1), (plain > 0).sum(axis=1)
    rows: list[Row] = []
    for i, code in enumerate(graphs.states):
        rows.append((code, "bloc", float(labels[i] + 1), None, None, n, ""))
        if split is not None:
            rows.append((code, "faction", float(split[1][i] + 1), None, None, n, ""))
        for name, part, whole in (
            ("friendly", friends[i], tied[i]),
            ("balanced_triangles", balanced[i], total[i]),
        ):
            share = float(part / whole) if whole else None
            rows.append((code, name, share, None, None, int(whole), "" if whole else "no tie"))
    return rows


def _blocs(graph: Floats, seeds: int, seed: int) -> Any:
    """Of several searches among friendly ties the blocs of the best signed modularity."""
    friendly = np.maximum(graph, 0.0)
    if not friendly.any():
        return np.arange(len(graph))
    runs = [communities.leiden(friendly, 1.0, seed + k) for k in range(seeds)]
    best = max(runs, key=lambda run: signed.signed_modularity(graph, run))
    return communities.largest_first(best)


def _deal(graph: Floats, rng: np.random.Generator) -> Floats:
    """The same ties between other pairs."""
    above = np.triu_indices(len(graph), 1)
    dealt = np.zeros_like(graph)
    dealt[above] = rng.permutation(graph[above])
    return dealt + dealt.T


def _friendly(graph: Floats) -> float:
    tied = int((graph != 0).sum())
    return float((graph > 0).sum() / tied) if tied else float("nan")


def _limits(drawn: Sequence[float], value: float) -> tuple[float | None, float | None]:
    """5 and 95 % quantile over draws; None where nothing could be resampled."""
    known = np.array([d for d in drawn if np.isfinite(d)])
    if len(known) < 2 or not np.isfinite(value):
        return None, None
    low, high = np.quantile(known, [0.05, 0.95])
    return float(min(low, value)), float(max(high, value))


MEASURE = Measure(
    name="structural_balance",
    title="Balance of friendly and hostile ties of votes: triangles, camps, frustration",
    unit="shares in [0, 1]; modularity up to 1; frustration in strength or number of ties",
    low="balanced triangles near chance, frustration share towards 0.5: no camps, friends of "
    "friends disagree",
    high="balanced triangles 1, frustration 0: two camps, friendly within and hostile between",
    keys=("state", "since", "until"),
    tables=("vote_dyads", "votes", "rollcalls", "memberships"),
    choices=(EXPECTED, TIES, WEAK, VOTE_SET),
    compute=compute,
    meaning="Two states that agree more than expected have a friendly tie, others a hostile one. "
    "A triangle with one or three hostile ties is unbalanced. Frustration is what the best split "
    "into two factions leaves against it; signed modularity judges any number of blocs.",
    not_measured="Hostility: a hostile tie is agreement below expectation, often on nine votes of "
    "ten; and whether an unbalanced triangle troubles anybody.",
    reference="Cartwright & Harary 1956, doi:10.1037/h0046049; Aref & Wilson 2019, "
    "doi:10.1093/comnet/cny015; Gomez, Jensen & Arenas 2009, doi:10.1103/PhysRevE.80.016114.",
)
