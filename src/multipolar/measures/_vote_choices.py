"""Choices that every measure on vote similarity shares."""

from __future__ import annotations

from multipolar.core.choices import Choice

METRIC = Choice(
    name="metric",
    options=("agree", "kappa_linear", "kappa_nominal", "a", "cosine"),
    why="plain agreement, two chance corrections, the alignment index and the cosine are in use",
    labels={
        "agree": "agreement score",
        "kappa_linear": "linear kappa",
        "kappa_nominal": "nominal kappa",
        "a": "alignment index A",
        "cosine": "cosine",
    },
)
ABSTENTION = Choice(
    name="abstention",
    options=("half", "no", "drop", "absent"),
    why="an abstention is read as half-way, as a refusal, as silence, or as akin to absence",
    labels={
        "half": "abstention half-way",
        "no": "abstention as a no",
        "drop": "abstentions left out",
        "absent": "absence as an abstention",
    },
)
VOTE_SET = Choice(
    name="vote_set",
    options=("contested", "all"),
    why="unanimous votes say nothing of who stands with whom, but leaving them out hides consensus",
    labels={"contested": "contested votes only", "all": "all recorded votes"},
)
BASELINE = Choice(
    name="baseline_years",
    options=(5, 3, 8),
    why="the normal state of relations before the break has no natural length",
    labels={
        3: "three years before as baseline",
        5: "five years before as baseline",
        8: "eight years before as baseline",
    },
)
AFTER = Choice(
    name="after",
    options=("all", "last_two"),
    why="isolation can be meant since the break as a whole, or now",
    labels={"all": "all years since the break", "last_two": "the last two years"},
)
VOTE_CHOICES = (METRIC, ABSTENTION, VOTE_SET)
WINDOW_CHOICES = (BASELINE, AFTER)
