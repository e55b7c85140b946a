"""Pictures of measures, for ``multipolar measure compute NAME --chart FILE``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from multipolar.core.declare import STARTER
from multipolar.core.errors import BadOption
from multipolar.store import Store

Draw = Callable[[pl.DataFrame, Store, Mapping[str, Any]], Any]


def check_chart(name: str, path: Path, *, force: bool) -> None:
    """Refuse a picture that could not be written, before the measure is computed.

    Raises
    ------
    BadOption
        The measure has no picture, or the file is there.
    """
    if name not in CHARTS:
        raise BadOption(
            f"the measure {name!r} has no picture", hint=f"--chart goes with {', '.join(CHARTS)}"
        )
    if path.exists() and not force:
        raise BadOption(f"{path} is there already", hint="--force replaces it")


def draw_measure(
    name: str, frame: pl.DataFrame, store: Store, options: Mapping[str, Any], path: Path
) -> Path:
    """Draw what a measure gave and write it to ``path``."""
    from multipolar.charts import write_chart

    return write_chart(CHARTS[name](frame, store, options), path)


def _isolation_profile(frame: pl.DataFrame, store: Store, options: Mapping[str, Any]) -> Any:
    from multipolar.charts import draw_isolation_profile
    from multipolar.measures.isolation_profile import yearly

    kept = {k: v for k, v in options.items() if k not in ("draws", "seed", "composite")}
    series = yearly(store, **kept)
    since = int(options.get("since", 2022))
    return draw_isolation_profile(series, frame, since=since, caption=_caption(store))


def _multivector(frame: pl.DataFrame, store: Store, options: Mapping[str, Any]) -> Any:
    from multipolar import measure
    from multipolar.charts import draw_multivector_map

    poles = str(options.get("poles", "west,russia")).split(",")
    rest = {k: v for k, v in options.items() if k not in ("state", "step")}
    followed = frame["state"].unique().to_list() if "state" in options else []
    since, until = int(frame["since"].to_numpy().min()), int(frame["until"].to_numpy().max())
    step = int(options.get("step", 0)) or max(1, (until - since + 1) // 3)
    every = measure(
        "multivector",
        store=store,
        **{**rest, "since": since, "until": until, "step": step, "draws": 200},
    )
    return draw_multivector_map(
        every, followed, poles=(poles[0], poles[1]), caption=_caption(store)
    )


def _ideal_points(frame: pl.DataFrame, store: Store, options: Mapping[str, Any]) -> Any:
    """Positions over time, or in the plane the map with trails; of the states asked for."""
    from multipolar import measure
    from multipolar.charts import draw_ideal_map
    from multipolar.charts.ideal_positions import draw_positions
    from multipolar.core.states import find_states, state_of

    given = "state" in options
    every = measure("ideal_points", store=store, **{**options, "state": None}) if given else frame
    known = set(every["state"])
    followed = [s for s in _SHOWN if s in known]
    if given:  # in the order asked for, which is the order of the colours
        asked = [s.code for s in find_states(options["state"])]
        followed = [s for s in dict.fromkeys(asked) if s in known]
    columns = {"value": "mean", "lower": "q05", "upper": "q95"}
    names = {s: state_of(s).name for s in followed}
    source = _ends(store, ("votes" if "mode" in options else "ideal_points",))
    if int(options.get("dimensions", 1)) == 1:
        return draw_positions(every.rename(columns), followed, names=names, source=source)
    from multipolar.measures.ideal_points import IdealPlane, estimates

    shown = ("state", "since", "until")
    plane = estimates(store, **{k: v for k, v in options.items() if k not in shown})
    anchors = plane.anchors if isinstance(plane, IdealPlane) else None
    dimension = pl.col("measure").str.tail(1).cast(pl.Int64)
    return draw_ideal_map(
        every.rename(columns).with_columns(dimension=dimension),
        followed,
        anchors=anchors,
        names=names | {a: state_of(a).name for a in anchors or ()},
        source=source,
    )


def _blocs(frame: pl.DataFrame, store: Store, options: Mapping[str, Any]) -> Any:
    from multipolar.charts import draw_bloc_periods, draw_coassignment
    from multipolar.measures.blocs import find_periods

    votes = "vote_dyads" if store.provenance("votes").kind == STARTER else "votes"
    layers = ("memberships", "alliances", "trade_dyads")
    more = layers if options.get("graph") == "multiplex" else ()
    caption = _ends(store, (votes, *more))
    if frame["since"].n_unique() > 1:
        return draw_bloc_periods(frame, caption=caption)
    kept = {k: v for k, v in options.items() if k != "state"}
    (period,) = find_periods(store, **kept)
    found = period.blocs
    return draw_coassignment(found.together, found.states, stable=found.stable, caption=caption)


def _dyad_ties(frame: pl.DataFrame, store: Store, options: Mapping[str, Any]) -> Any:
    from multipolar.charts import draw_dyad_timeline
    from multipolar.core.states import state_of
    from multipolar.measures.dyad_ties import WORDS

    del options
    state, partner = (state_of(frame[side][0]).name for side in ("state", "partner"))
    code = frame["partner"][0]  # a name would need its article
    words = {stream: text.format(partner=code) for stream, text in WORDS.items()}
    silent = frame.filter(pl.col("value").is_null())
    told = [f"{words[r['stream']]} ({r['reason']})" for r in silent.to_dicts()]
    missing = f"Not in the record, and not zero: {'; '.join(told)}. " if told else ""
    return draw_dyad_timeline(
        frame.drop_nulls("value").select("stream", "year", "value"),
        title=f"{state} \u2013 {partner}: ties of {frame['state'][0]}, stream by stream",
        words=words,
        caption=missing + _caption(store),
    )


def _expected_votes(frame: pl.DataFrame, store: Store, options: Mapping[str, Any]) -> Any:
    """The curves of one roll call; of many, whether votes come as often as predicted."""
    from multipolar.charts import draw_calibration, draw_item_curves
    from multipolar.core.states import state_of

    del options
    wide = frame.pivot("measure", index=["rollcall", "state"], values="value")
    wide = wide.with_columns(pl.col("vote").cast(pl.Int8))
    source, calls = _ends(store, ("votes",)), wide["rollcall"].n_unique()
    if calls > 1:
        return draw_calibration(wide, source=f"{calls} roll calls, part of the fit. {source}")
    symbol = wide["rollcall"][0]
    titles = store.frame("rollcalls").filter(pl.col("rollcall") == symbol)["title"].to_list()
    return draw_item_curves(
        wide,
        wide.select("state", mean="position"),
        title=f"{symbol}: {_without_form(titles[0])}" if titles else symbol,
        names={s: state_of(s).name for s in wide["state"]},
        source=source,
    )


def _without_form(title: str) -> str:
    """Title without the catalogue's words on what kind of document it is.

    Examples
    --------
    >>> _without_form("Territorial integrity of Ukraine : resolution / adopted by the Assembly")
    'Territorial integrity of Ukraine'
    """
    return title.partition(" : resolution")[0].replace(" : ", ": ")


def _ideal_moves(frame: pl.DataFrame, store: Store, options: Mapping[str, Any]) -> Any:
    from multipolar.charts import draw_most_moved
    from multipolar.core.states import state_of
    from multipolar.measures.ideal_moves import NORMAL_95

    wide = frame.pivot("measure", index="state", values="value", maintain_order=True)
    width = frame.filter(measure="shrunk").select(
        "state", shrunk_sd=(pl.col("upper") - pl.col("lower")) / (2 * NORMAL_95)
    )
    return draw_most_moved(
        wide.join(width, on="state", maintain_order="left"),
        start=int(frame["since"][0]),
        end=int(frame["until"][0]),
        names={s: state_of(s).name for s in wide["state"]},
        source=_ends(store, ("votes" if "mode" in options else "ideal_points",)),
    )


GUEST_COLOURS = {
    "leader": "#0a6aa6",
    "level_unknown": "#009e73",
    "lower_level": "#7cc0e8",
    "stayed_away": "#d4552b",
    "not_invited": "#e6c66e",
    "not_named": "#d8d6cf",
}
"""Okabe & Ito 2008, and a grey for those of whom the record says nothing."""


def _guest_list(frame: pl.DataFrame, store: Store, options: Mapping[str, Any]) -> Any:
    from multipolar.charts import draw_cartogram
    from multipolar.core.states import state_of
    from multipolar.measures.guest_list import ANSWERS, WEIGHT, read_event

    event = read_event(store, str(options.get("gathering", "vd_2025")))
    weight = str(options.get("weight", WEIGHT.default))
    states = frame.filter(pl.col("measure") == "weight")
    places = {s: state_of(s) for s in states["state"]}
    drawn = states.select(
        "state",
        name=pl.col("state").map_elements(lambda s: places[s].name, return_dtype=pl.String),
        lat=pl.Series([places[s].lat for s in states["state"]], dtype=pl.Float64),
        lon=pl.Series([places[s].lon for s in states["state"]], dtype=pl.Float64),
        weight="value",
        position=pl.col("answer").replace_strict(ANSWERS),
    )
    return draw_cartogram(
        drawn,
        {},
        weight_words=f"its share of the world's {WEIGHT.labels[weight]}",
        colours={ANSWERS[a]: c for a, c in GUEST_COLOURS.items()},
        title=f"{event['name']}: {_came(frame, WEIGHT.labels[weight])}",
        caption=f"Not named is not absent: invitations are rarely published. {_told(frame)}Host: "
        f"{event['host']}, not drawn. Sources: tables gatherings and visits_victory_day.",
    )


def _came(frame: pl.DataFrame, weight_words: str) -> str:
    """How many states came and what they weigh together, for a title."""
    from multipolar.charts._words import percent, plural
    from multipolar.measures.guest_list import CAME

    whole = frame.filter((pl.col("state") == "") & pl.col("answer").is_in(CAME))
    counted = dict(
        whole.filter(pl.col("measure") == "states").select("answer", "value").iter_rows()
    )
    came, leaders = int(sum(counted.values())), int(counted["leader"])
    if not came:
        nobody = frame.filter(pl.col("answer") == "not_invited")["value"].len() > 10
        return "no guest, as nobody was invited" if nobody else "no guest is named"
    share = float(whole.filter(pl.col("measure") == "share")["value"].to_numpy().sum())
    level = "" if counted["level_unknown"] else f", {leaders} with their leader"
    return (
        f"{plural(came, 'state')} named as guests{level}; {percent(share)} of the world's "
        f"{weight_words}"
    )


def _told(frame: pl.DataFrame) -> str:
    """Totals the record gives, and guests without a weight."""
    whole = frame.filter(pl.col("state") == "")
    announced = whole.filter((pl.col("measure") == "announced") & (pl.col("value") > 0))
    missing = whole.filter((pl.col("answer") == "leader") & (pl.col("reason") != ""))
    parts = [f"Announced: {r['value']:.0f} {r['reason']}. " for r in announced.to_dicts()]
    parts += [f"Leaders {r['reason']}. " for r in missing.to_dicts()]
    return "".join(parts)


def _caption(store: Store) -> str:
    return _ends(
        store,
        ("vote_dyads", "memberships", "trade_dyads", "trade", "arms", "alliances", "sanctions"),
    )


def _ends(store: Store, names: tuple[str, ...]) -> str:
    """Where the record of each table ends, in a line for the foot of a picture."""
    tables = set(store.tables())
    ends = [
        f"{t.replace('_', ' ')} to {str(store.provenance(t).last)[:4]}"
        for t in names
        if t in tables and store.provenance(t).last
    ]
    record = f"The record: {', '.join(ends)}. " if ends else ""
    return f"{record}Sources: multipolar store status."


_SHOWN = ("USA", "RUS", "CHN", "IND", "BRA", "FRA", "TUR", "UKR")  # followed when none is named

CHARTS: Mapping[str, Draw] = {
    "ideal_points": _ideal_points,
    "ideal_moves": _ideal_moves,
    "expected_votes": _expected_votes,
    "dyad_ties": _dyad_ties,
    "blocs": _blocs,
    "guest_list": _guest_list,
    "isolation_profile": _isolation_profile,
    "multivector": _multivector,
}
