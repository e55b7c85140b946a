"""Compile the hand-written gold notation into the scorer's JSON.

One block per unit: ``T:`` text, ``N:`` names, ``E:`` events, ``A:`` attributions, ``Q:`` quotations,
``M:`` markers, ``C:`` claims, ``L:`` loaded words, ``R:`` rival explanations. A ``?`` after the layer
letter or the first word makes items optional; ``@2`` means the second occurrence; ``|`` parts readings of
actors, ``,`` readings of labels.

Run ``python tests/reader/gold_format.py`` after editing a .txt file.
"""  # noqa: E501

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent / "gold"


class GoldError(ValueError):
    pass


def find(text: str, words: str, what: str) -> dict:
    words = words.strip()
    match = re.match(r"(.*)@(\d+)$", words)
    words, nth = (match.group(1), int(match.group(2))) if match else (words, 1)
    pattern = re.escape(words)
    if words[:1].isalnum():
        pattern = r"(?<![^\W_])" + pattern
    if words[-1:].isalnum():
        pattern += r"(?![^\W_])"
    hits = [m.start() for m in re.finditer(pattern, text)]
    if len(hits) < nth:
        raise GoldError(f"{what}: {words!r} (occurrence {nth}) is not in {text[:90]!r}")
    at = hits[nth - 1]
    return {"start": at, "end": at + len(words), "text": words}


def optional(word: str) -> tuple[str, bool]:
    bare, at, number = word.partition("@")
    if bare.endswith("?") and not word.endswith("??"):
        return bare[:-1] + at + number, True
    if word.endswith("?") and " " not in word:
        return word[:-1], True
    return word, False


def names(text: str, cell: str, counts: dict) -> list:
    out = []
    for part in cell.split(";"):
        words, kind, code, *rest = (
            part.strip().rsplit("/", 3)
            if part.strip()[-2:] in ("/m", "/p")
            else part.strip().split("/", 2)
        )
        words, may = (words[:-1], True) if words.endswith("?") else (words, False)
        if "@" not in words:
            counts[words] = counts.get(words, 0) + 1
            words = f"{words}@{counts[words]}"
        item = {**find(text, words, "name"), "type": kind, "code": code.split(",")[0]}
        if may:
            item["optional"] = True
        if kind in {"CAPITAL", "GOV_SEAT"}:
            item["metonym"] = rest == ["m"]
        out.append(item)
    return out


def sides(cell: str) -> list[list[str]]:
    return [[c for c in option.split(",") if c != "-"] for option in cell.split("|")]


def events(text: str, cell: str, *, soft: bool) -> list:
    out = []
    for part in cell.split(";"):
        match = re.match(r"\s*(.+?) ([A-Z/]+) (\S+) > (\S+) (\S+)\s*$", part)
        if match is None:
            raise GoldError(f"event {part!r}")
        words, types, actors, recipients, happened = match.groups()
        words, may = optional(words)
        labels, states = types.split("/"), happened.split(",")
        acting, receiving = sides(actors), sides(recipients)
        item = {
            "trigger": find(text, words, "event"),
            "type": labels[0],
            "types_alt": labels[1:],
            "actors": acting[0],
            "actors_alt": acting[1:],
            "recipients": receiving[0],
            "recipients_alt": receiving[1:],
            "happened": states[0],
            "happened_alt": states[1:],
        }
        if soft or may:
            item["optional"] = True
        out.append(item)
    return out


def attribution(text: str, cell: str, *, soft: bool) -> dict:
    kind, source, cue, content, classes, codes, stances = (c.strip() for c in cell.split("|"))
    item = {
        "kind": kind,
        "source": None if source == "-" else find(text, source, "source"),
        "cue": find(text, cue, "cue"),
        "content": find(text, content, "content"),
        "source_class": classes.split(",")[0],
        "source_code": None if codes.split(",")[0] == "-" else codes.split(",")[0],
        "author_stance": stances.split(",")[0],
    }
    if soft:
        item["optional"] = True
    return item


def labelled(text: str, cell: str, counts: dict, *, soft: bool) -> list:
    out = []
    for part in cell.split(";"):
        words, kinds = part.strip().rsplit("/", 1)
        may = words.endswith("?") and kinds != "QUESTION"
        words = words[:-1] if may else words
        if "@" not in words:
            counts[words] = counts.get(words, 0) + 1
            words = f"{words}@{counts[words]}"
        item = {**find(text, words, "label"), "kind": kinds.split(",")[0]}
        if soft or may:
            item["optional"] = True
        out.append(item)
    return out


def quotes(text: str, cell: str) -> list:
    out = []
    for part in cell.split(";"):
        words, kinds, code = part.strip().rsplit("/", 2)
        out.append(
            {
                **find(text, words, "quote"),
                "kind": kinds.split(",")[0],
                "speaker_code": None if code == "-" else code,
            }
        )
    return out


def claims(text: str, cell: str, *, soft: bool) -> list:
    out = []
    for part in re.split(r";\s*(?=[A-Z_/]+\??:)", cell):
        kinds, words = part.strip().split(":", 1)
        kinds, may = optional(kinds)
        labels = kinds.split("/")
        item = {"span": find(text, words, "claim"), "type": labels[0], "types_alt": labels[1:]}
        if soft or may:
            item["optional"] = True
        out.append(item)
    return out


def rivalry(text: str, cell: str) -> dict:
    return {
        "explanandum": None,
        "alternatives": [{"span": find(text, p, "rival")} for p in cell.split("||")],
    }


def unit(lines: list[str], number: str) -> dict:
    text = next(line[2:].strip() for line in lines if line.startswith("T:")).replace("\\n", "\n")
    out = {
        "id": number,
        "text": text,
        "entities": [],
        "events": [],
        "attributions": [],
        "quotes": [],
        "markers": [],
        "claims": [],
        "loaded": [],
        "rivals": [],
    }
    counts: dict = {}
    marks: dict = {}
    for line in lines:
        match = re.match(r"([A-Z])(\?)?:(.*)$", line)
        if match is None:
            raise GoldError(f"{number}: {line!r}")
        layer, soft, cell = match.group(1), bool(match.group(2)), match.group(3).strip()
        add(out, layer, cell, text, counts, marks, soft=soft)
    for kind in (
        "entities",
        "events",
        "attributions",
        "quotes",
        "markers",
        "claims",
        "loaded",
        "rivals",
    ):
        for n, item in enumerate(out[kind], 1):
            item["id"] = f"{number}-{kind[:2]}{n}"
    return out


def add(out, layer, cell, text, counts, marks, *, soft):
    if layer == "N":
        out["entities"] += names(text, cell, counts)
    elif layer == "E":
        out["events"] += events(text, cell, soft=soft)
    elif layer == "A":
        out["attributions"].append(attribution(text, cell, soft=soft))
    elif layer == "Q":
        out["quotes"] += quotes(text, cell)
    elif layer == "M":
        out["markers"] += labelled(text, cell, marks, soft=soft)
    elif layer == "C":
        out["claims"] += claims(text, cell, soft=soft)
    elif layer == "L":
        out["loaded"] += labelled(text, cell, {}, soft=soft)
    elif layer == "R":
        out["rivals"].append(rivalry(text, cell))


def blocks(path: Path) -> list[list[str]]:
    groups = path.read_text("utf-8").split("\n\n")
    return [
        lines
        for g in groups
        if (lines := [x for x in g.splitlines() if x.strip() and not x.startswith("#")])
    ]


def compile_sentences(path: Path, prefix: str) -> dict:
    return {
        "sentences": [unit(lines, f"{prefix}{n:03d}") for n, lines in enumerate(blocks(path), 1)]
    }


def main() -> None:
    for path in sorted(HERE.glob("sentences_*.txt")):
        gold = compile_sentences(path, path.stem[10:11])
        path.with_suffix(".json").write_text(
            json.dumps(gold, ensure_ascii=False, indent=1) + "\n", "utf-8"
        )
        sys.stderr.write(f"{path.name}: {len(gold['sentences'])} sentences\n")
    for path in sorted(HERE.glob("article_*.txt")):
        lines = [line for block in blocks(path) for line in block]
        gold = unit(lines, path.stem)
        path.with_suffix(".json").write_text(
            json.dumps(gold, ensure_ascii=False, indent=1) + "\n", "utf-8"
        )


if __name__ == "__main__":
    main()
