"""A reading as JSON of the scheme, as PLOVER and CAMEO codes, as rows, and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multipolar.core.errors import UnknownName

if TYPE_CHECKING:
    from multipolar.reader.reading import Reading


def to_dict(reading: Reading) -> dict[str, Any]:
    """The annotation scheme's JSON; spans carry their text."""
    cues = {str(a.cue[0]): f"at{n}" for n, a in enumerate(reading.attributions, 1)}
    out: dict[str, Any] = {
        "date": reading.date.isoformat() if reading.date else None,
        "language": reading.language,
        "notes": list(reading.notes),
    }
    out["entities"] = [_entity(reading, n, m) for n, m in enumerate(reading.mentions, 1)]
    out["events"] = [_event(reading, n, e, cues) for n, e in enumerate(reading.events, 1)]
    out["attributions"] = [
        _attribution(reading, n, a) for n, a in enumerate(reading.attributions, 1)
    ]
    out["quotes"] = [
        {
            "id": f"qu{n}",
            **_span(reading, q.start, q.end),
            "kind": q.kind,
            "speaker_code": q.speaker_code,
        }
        for n, q in enumerate(reading.quotes, 1)
    ]
    out["markers"] = [
        {"id": f"ma{n}", **_span(reading, m.start, m.end), "kind": m.kind}
        for n, m in enumerate(reading.markers, 1)
    ]
    out["claims"] = [_claim(reading, n, c, cues) for n, c in enumerate(reading.claims, 1)]
    out["loaded"] = [
        {"id": f"lo{n}", **_span(reading, x.start, x.end), "kind": x.kind}
        for n, x in enumerate(reading.loaded, 1)
    ]
    out["rivals"] = [_rivalry(reading, n, r) for n, r in enumerate(reading.rivals, 1)]
    return out


def _span(reading: Reading, start: int, end: int) -> dict[str, Any]:
    return {"start": start, "end": end, "text": reading.text[start:end]}


def _pair(reading: Reading, span: tuple[int, int] | None) -> dict[str, Any] | None:
    return _span(reading, *span) if span else None


def _entity(reading: Reading, n: int, m: Any) -> dict[str, Any]:
    out = {"id": f"en{n}", **_span(reading, m.start, m.end), "type": m.type, "code": m.code}
    if m.type in ("CAPITAL", "GOV_SEAT"):
        out["metonym"] = m.metonym
    if m.type == "LEADER":
        out["in_office"] = m.in_office
        out["role"] = m.role
    return out


def _event(reading: Reading, n: int, e: Any, cues: dict[str, str]) -> dict[str, Any]:
    out = {
        "id": f"ev{n}", "trigger": _span(reading, e.start, e.end), "type": e.type, "mode": e.mode,
        "actors": e.actors, "recipients": e.recipients, "happened": e.happened,
        "modality": e.modality, "polarity": e.polarity,
    }  # fmt: skip
    if e.confidence is not None:
        out["confidence"] = round(e.confidence, 2)
    if e.historical:
        out["historical"] = True
    if e.reported_by is not None:
        out["reported_by"] = cues.get(e.reported_by)
    return out


def _attribution(reading: Reading, n: int, a: Any) -> dict[str, Any]:
    return {
        "id": f"at{n}", "kind": a.kind, "source": _pair(reading, a.source),
        "cue": _span(reading, *a.cue), "content": _span(reading, *a.content),
        "source_class": a.source_class, "source_code": a.source_code,
        "author_stance": a.author_stance,
    }  # fmt: skip


def _claim(reading: Reading, n: int, c: Any, cues: dict[str, str]) -> dict[str, Any]:
    holder = cues.get(str(c.holder.cue[0])) if c.holder is not None else "author"
    return {
        "id": f"cl{n}", "span": _span(reading, c.start, c.end), "type": c.type,
        "subjects": c.subjects, "objects": c.objects, "holder": holder,
        "author_stance": c.author_stance, "modality": c.modality, "polarity": c.polarity,
    }  # fmt: skip


def _rivalry(reading: Reading, n: int, r: Any) -> dict[str, Any]:
    return {
        "id": f"ri{n}", "explanandum": _pair(reading, r.explanandum),
        "announced_by": _pair(reading, r.announced_by), "nested_in": _nest(reading, r),
        "alternatives": [
            {"cue": _pair(reading, a.cue), "span": _pair(reading, a.span), "holder": None,
             "hedged": a.hedged, "denies": a.denies}
            for a in r.alternatives
        ],
    }  # fmt: skip


def _nest(reading: Reading, rivalry: Any) -> str | None:
    """Id of the group in one of whose alternatives this one stands."""
    for n, other in enumerate(reading.rivals, 1):
        if other is rivalry.nested_in:
            return f"ri{n}"
    return None


def explain(reading: Reading, item_id: str) -> str:
    """Which rule and which entries made one item.

    Raises
    ------
    UnknownName
        No item of the reading has this id.
    """
    kind, number = item_id[:2], item_id[2:]
    layers: dict[str, list[Any]] = {
        "en": reading.mentions, "ev": reading.events, "at": reading.attributions,
        "qu": reading.quotes, "ma": reading.markers, "cl": reading.claims, "lo": reading.loaded,
        "ri": reading.rivals,
    }  # fmt: skip
    items = layers.get(kind, [])
    if not number.isdigit() or not 1 <= int(number) <= len(items):
        known = [f"{k}1..{k}{len(v)}" for k, v in layers.items() if v]
        raise UnknownName.among("item", item_id, known)
    return f"{item_id}: " + _reason(reading, kind, items[int(number) - 1])


def _reason(reading: Reading, kind: str, item: Any) -> str:
    if kind == "ev":
        words = reading.text[item.start : item.end]
        return f"'{words}' as {item.type} by frame {'; '.join(item.why)}; happened: {item.happened}"
    if kind == "en":
        source = item.entry.source if item.entry is not None else "the text itself"
        words = reading.text[item.start : item.end]
        return f"'{words}' is {item.type} {item.code} ({item.rule}, {source})"
    if kind in ("at", "cl", "lo"):
        return str(item.why)
    if kind in ("ma", "qu"):
        return f"'{reading.text[item.start : item.end]}' is {item.kind}"
    return " against ".join(repr(reading.text[slice(*a.cue)]) for a in item.alternatives)


def plover_rows(reading: Reading) -> list[dict[str, Any]]:
    """One row per event and pair in PLOVER's terms: type, mode, actor, recipient.

    Meetings without host or guest give one row per pair. ``happened`` is kept in every row: rows
    that are not ``yes`` or ``claimed`` are no record of something done.
    """
    return [
        {"event_type": e.type, "event_mode": e.mode, "actor": a, "recipient": b,
         "happened": e.happened, "start": e.start, "end": e.end}
        for e in reading.events
        for a, b in event_pairs(e)
    ]  # fmt: skip


# Root codes of CAMEO for types that factuality has changed.
CAMEO_ROOT = {"AGREE": "030"}


def cameo_rows(reading: Reading) -> list[dict[str, Any]]:
    """One row per event and pair with a CAMEO code; VOTE has none of its own there (100)."""
    return [
        {"cameo": CAMEO_ROOT.get(e.type, e.cameo), "source": a, "target": b,
         "happened": e.happened, "start": e.start, "end": e.end}
        for e in reading.events
        for a, b in event_pairs(e)
    ]  # fmt: skip


def event_pairs(event: Any) -> list[tuple[str | None, str | None]]:
    """Pairs (actor, recipient) of one event; parties of a meeting pair with each other."""
    if event.type == "CONSULT" and not event.recipients:
        names = event.actors
        return [(a, b) for n, a in enumerate(names) for b in names[n + 1 :]] or [
            (a, None) for a in names
        ]
    if not event.recipients:
        return [(a, None) for a in event.actors]
    return [(a, b) for a in event.actors or [None] for b in event.recipients if a != b]
