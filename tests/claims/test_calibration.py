"""On worlds where nothing changed, claims of isolation hold no more often than they may."""

import numpy as np

from multipolar.claims.assess import assess
from multipolar.claims.verdict import word_for
from multipolar.core.states import list_states
from multipolar.core.study import load_study
from multipolar.store import Store

from ..measures.conftest import add_votes, rollcall_frame, vote_frame

N_STATES = 30
STATES = [s.code for s in list_states(on=2009, un_members=True)][:N_STATES]
YEARS = range(2009, 2021)
BREAK = 2017
STUDY = """
id = "{id}"
text = "isolated"
subject = "{state}"
predicate = "isolated"
form = "change"
since = {since}
until = 2019
[choices]
partners = {{ options = ["world"], drop_reason = "one world is enough here" }}
weight = {{ options = ["equal"], drop_reason = "simulated states have no size" }}
metric = {{ options = ["agree", "kappa_linear"], drop_reason = "two will do" }}
abstention = {{ options = ["half", "no"], drop_reason = "two will do" }}
vote_set = {{ options = ["contested"], drop_reason = "all are contested" }}
baseline_years = {{ options = [3, 5], drop_reason = "a short record" }}
"""


def simulated_votes(seed):
    """Votes of states with fixed leanings on random texts; no state ever changes.

    Returns the years, one per roll call, and codes (n_rollcalls, n_states).
    """
    rng = np.random.default_rng(seed)
    years = [y for y in YEARS for _ in range(25)]
    leaning = rng.normal(0, 1, N_STATES)
    slope, cut = rng.normal(0, 1.5, (len(years), 1)), rng.normal(0, 0.7, (len(years), 1))
    z = slope * leaning + rng.normal(0, 1, (len(years), N_STATES)) - cut
    return years, np.where(z < -0.3, 1, np.where(z < 0.3, 2, 3)).astype(np.int8)


def stored(folder, years, codes):
    """A store that holds these votes as its record."""
    store = Store.open(folder / "store")
    rollcalls = rollcall_frame(years, [f"text {i}" for i in range(len(years))], codes)
    add_votes(store, rollcalls, vote_frame(rollcalls, STATES, codes), folder / "files")
    return store


def shares_by_reading(store, state):
    """Share of supporting specifications for each reading, with ``state`` as the subject."""
    text = STUDY.format(id=state.lower(), state=state, since=BREAK)
    panels = assess(load_study(text).claim[0], store).multiverse.panels.values()
    return {p.question["reading"]: p.shares["supports"] for p in panels}


def test_nothing_changed_and_few_claims_hold(tmp_path):
    """The rank rule lets at most one state in ten stand out per specification.

    A verdict ``holds`` needs nine specifications in ten to agree, so among the states of one world
    its rate is below 10 % for each reading, whatever the number of specifications.
    """
    store = stored(tmp_path, *simulated_votes(1))
    found = [shares_by_reading(store, state) for state in STATES]
    for reading in ("level", "change", "expectation", "breadth"):
        words = [word_for(shares[reading]) for shares in found]
        assert words.count("holds") / N_STATES <= 0.10, reading


def test_a_state_that_did_change_is_found(tmp_path):
    years, codes = simulated_votes(3)
    agreement = [(codes == codes[:, [i]]).mean() for i in range(N_STATES)]
    # The state closest to the others turns every vote around.
    turned = int(np.argmax(agreement))
    late = np.asarray(years) >= BREAK
    codes[late, turned] = 4 - codes[late, turned]
    shares = shares_by_reading(stored(tmp_path, years, codes), STATES[turned])
    assert shares["change"] == 1.0
    assert shares["expectation"] == 1.0
