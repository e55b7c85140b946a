"""Choices of the measures that compare votes roll call by roll call."""

from __future__ import annotations

from multipolar.core.choices import Choice, Constraint
from multipolar.measures._kernels.similarity import METRICS, TREATMENTS, makes_sense
from multipolar.measures._rollcalls import ANY, FLAGS, VOTE_SETS, WEIGHTINGS
from multipolar.sources._vote_topics import SUBJECTS

METRIC = Choice(
    name="metric",
    options=METRICS,
    why="all are published measures of alike voting; s is agree on another scale, never a second "
    "witness to it",
    labels={
        "agree": "agreement score",
        "s": "Signorino-Ritter S",
        "s_squared": "S with squared distances",
        "kappa_nominal": "nominal kappa",
        "kappa_linear": "linear kappa",
        "kappa_quadratic": "quadratic kappa",
        "pi_nominal": "nominal pi",
        "pi_linear": "linear pi",
        "pi_quadratic": "quadratic pi",
        "a": "alignment index A",
        "taub": "Kendall's tau-b",
        "cosine": "cosine",
    },
)
ABSTENTION = Choice(
    name="abstention",
    options=TREATMENTS,
    why="an abstention is read as half-way, as silence, as a refusal or as an answer of its own; "
    "coincidence only reproduces figures others publish",
    labels={
        "half": "abstention half-way",
        "drop": "abstentions left out",
        "no": "abstention as a no",
        "category": "abstention as a category of its own",
        "absent": "absence as an abstention",
        "coincidence": "two abstentions as no coincidence",
    },
)
VOTE_SET = Choice(
    name="vote_set",
    options=VOTE_SETS,
    kind="U",
    why="unanimous votes say nothing of who stands with whom, but leaving them out hides consensus",
    labels={"all": "all recorded votes", "contested": "contested votes only"},
)
SUBJECT = Choice(
    name="subject",
    options=(ANY, *FLAGS, *SUBJECTS),
    kind="N",
    why="agreement on one matter is another question than agreement in general",
    labels={ANY: "votes on any subject"} | {s: f"votes on {s}" for s in SUBJECTS},
)
WINDOW = Choice(
    name="window",
    options=("year", "session", "rolling_3", "rolling_5", "decay_3"),
    why="a year, a session, several years or a fading memory are all used as the unit of time",
    labels={
        "year": "by calendar year",
        "session": "by session",
        "rolling_3": "over three years",
        "rolling_5": "over five years",
        "decay_3": "over all years so far, halving every three",
    },
)
WEIGHTING = Choice(
    name="weighting",
    options=WEIGHTINGS,
    kind="U",
    why="repeated texts on one matter and lopsided votes carry less news, yet are votes as well",
    labels={
        "equal": "every resolution counting the same",
        "by_subject": "every subject counting the same",
        "inverse_margin": "close votes counting more",
    },
)
CONSENSUS = Choice(
    name="consensus",
    options=("left_out", "agreement"),
    kind="U",
    why="most resolutions pass without a vote; leaving them out understates similarity "
    "(Haege and Hug 2016)",
    labels={
        "left_out": "recorded votes only",
        "agreement": "adoption without a vote as agreement",
    },
)
AGENDA = Choice(
    name="agenda",
    options=("all", "fixed"),
    kind="U",
    why="the agenda moves, so a score can change although no state changed its mind",
    labels={"all": "the agenda as it was", "fixed": "texts that came up in every year only"},
)
CHOICES = (METRIC, ABSTENTION, VOTE_SET, SUBJECT, WINDOW, WEIGHTING, CONSENSUS, AGENDA)
SENSIBLE = Constraint(
    allows=lambda o: makes_sense(o["metric"], o["abstention"]),
    why="with two levels squared and linear distances are the nominal one; categories of their own "
    "have no order; coincidence is a share and nothing else",
)
