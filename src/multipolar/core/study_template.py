"""A new study file, with every key explained where it stands."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Table

from multipolar.core.choices import Choice
from multipolar.core.errors import BadStudy
from multipolar.core.study import ClaimStudy, load_study

_KEYS = ("id", "title", "text", "said_by", "source", "subject", "predicate", "form", "since")
_OPTIONAL = {
    "until": '"2025-12-31"',
    "baseline": '"2014-2021"',
    "than": '"UKR"',
    "resolution": '"A/RES/ES-11/1"',
    "comparable": '["CHN", "USA"]',
}


def new_study(
    path: str | Path, *, choices: Sequence[Choice] = (), force: bool = False, **claim: Any
) -> Path:
    """Write a commented study file to start from.

    Parameters
    ----------
    path : path
        File to write; its folder must exist.
    choices : sequence of Choice
        Declared by the predicate; each is written as a comment with its options and its reason.
    force : bool
        Replace a file that is there.
    **claim
        Keys of the claim that are known: ``text``, ``subject``, ``predicate``, ``since``...

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    BadStudy
        The file is there already, cannot be written, or a key does not exist.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = new_study(Path(folder) / "mine.toml", subject="ISR", predicate="isolated")
    ...     load_study(written).claim[0].id
    'mine'
    """
    target = Path(path)
    if target.exists() and not force:
        raise BadStudy(f"{target} is there already", hint="choose another name, or use --force")
    text = study_template(choices=choices, **{"id": target.stem, **claim})
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise BadStudy(f"{target}: cannot be written: {error.strerror or error}") from None
    return target


def study_template(*, choices: Sequence[Choice] = (), **claim: Any) -> str:
    """Text of a commented study file with one claim; it loads as it stands.

    Examples
    --------
    >>> text = study_template(text="Russia is isolated", subject="RUS", predicate="isolated")
    >>> load_study(text).claim[0].subject
    'RUS'
    """
    given = {
        "id": "my-claim",
        "title": "",
        "text": "State the claim in the words it was made in",
        "said_by": "",
        "source": "",
        "subject": "RUS",
        "predicate": "isolated",
        "form": "change" if "since" in claim else "level",
        **claim,
    }
    document = tomlkit.document()
    document.add(tomlkit.comment("One [[claim]] per claim. Decide on choices and rule before"))
    document.add(tomlkit.comment("looking at results: multipolar claim plan, then claim run."))
    document.add(tomlkit.nl())
    array = tomlkit.aot()
    array.append(_claim_table(given, choices))
    document.append("claim", array)
    text = tomlkit.dumps(document)
    load_study(text)
    return text


def _claim_table(given: dict[str, Any], choices: Sequence[Choice]) -> Table:
    table = tomlkit.table()
    for key in (*_KEYS, *(k for k in given if k not in _KEYS)):
        if key in given:
            table.add(key, given[key])
            _explain(table, key)
    for key, example in _OPTIONAL.items():
        if key not in given:
            table.add(tomlkit.comment(f"{key} = {example}  # {_meaning(key)}"))
    table.add(tomlkit.nl())
    table.add("rule", _rule_table())
    table.add("minimum", _minimum_table())
    table.add("choices", _choices_table(choices))
    return table


def _explain(table: Table, key: str) -> None:
    if key in ClaimStudy.model_fields:
        table[key].comment(_meaning(key))


def _meaning(key: str) -> str:
    return ClaimStudy.model_fields[key].description or ""


def _rule_table() -> Table:
    table = tomlkit.table()
    table.add("kind", "rank")
    table["kind"].comment("sign, interval, sesoi (with delta) or rank (with level)")
    table.add("level", 0.9)
    table["level"].comment("place among placebos that is enough")
    return table


def _minimum_table() -> Table:
    table = tomlkit.table()
    table.add(tomlkit.comment("below these the verdict is 'cannot tell'"))
    table.add(tomlkit.comment("partners = 30  # states with data"))
    table.add(tomlkit.comment("share = 0.5  # share of the weight that has data"))
    return table


def _choices_table(choices: Sequence[Choice]) -> Table:
    table = tomlkit.table()
    table.add(tomlkit.comment("All declared options are crossed unless narrowed here, e.g."))
    table.add(tomlkit.comment('name = { options = [...], default = "...", drop_reason = "why" }'))
    for choice in choices:
        options = tomlkit.item([_toml_option(o) for o in choice.options]).as_string()
        why = f"  # {choice.why}" if choice.why else ""
        table.add(tomlkit.comment(f"{choice.name} = {options}{why}".replace("\n", " ")))
    return table


def _toml_option(option: Any) -> Any:
    return str(option) if option is None else option
