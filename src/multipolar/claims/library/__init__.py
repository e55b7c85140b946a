"""Shipped claims, one study file each; the file's name is the claim's id."""

from __future__ import annotations

from pathlib import Path

from multipolar.core.errors import BadStudy, UnknownName
from multipolar.core.study import ClaimStudy, load_study

FOLDER = Path(__file__).parent


def list_claims() -> list[str]:
    """Ids of the shipped claims, sorted."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


def find_claim(study_or_id: str | Path) -> ClaimStudy:
    """One claim: a shipped id, the path of a study file, or ``path#id`` for one of several.

    Raises
    ------
    UnknownName
        No shipped claim and no file of that name.
    BadStudy
        The file does not follow the schema, or holds several claims and none was picked.
    """
    text = str(study_or_id)
    path, _, picked = text.partition("#")
    if text in list_claims():
        return load_study(FOLDER / f"{text}.toml").claim[0]
    if not Path(path).is_file() and "=" not in text:
        raise UnknownName.among(
            "claim", text, list_claims(), hint="multipolar claim list, or the path of a study file"
        )
    study = load_study(text if "=" in text else path)
    if len(study.claim) == 1:
        return study.claim[0]
    by_id = {c.id: c for c in study.claim}
    if picked in by_id:
        return by_id[picked]
    if picked:
        raise UnknownName.among(f"claim in {path}", picked, by_id)
    raise BadStudy(
        f"{path} holds {len(by_id)} claims",
        hint="pick one: " + ", ".join(f"{path}#{i}" for i in by_id),
    )
