"""The two tables every source of General Assembly votes fills, and how votes are coded."""

from __future__ import annotations

from multipolar.core.declare import Column, Table

YES, ABSTAIN, NO, NONVOTING, NOT_MEMBER = 1, 2, 3, 8, 9

ROLLCALLS = Table(
    name="rollcalls",
    row="one recorded vote of the General Assembly",
    key=("rollcall",),
    absence="unknown",
    columns=(
        Column(
            name="rollcall",
            dtype="str",
            meaning="UN symbol; symbol#record number where a symbol was voted on more than once; "
            "record number where there is no symbol",
        ),
        Column(
            name="undl_id",
            dtype="int64",
            meaning="record number in the UN Digital Library",
            nullable=True,
        ),
        Column(name="symbol", dtype="str", meaning="UN document symbol", nullable=True),
        Column(name="body", dtype="str", meaning="organ that voted", allowed=("GA",)),
        Column(
            name="session",
            dtype="str",
            meaning="session in Arabic numerals; ES- emergency special, S- special; a session's "
            "votes run into the next calendar year",
        ),
        Column(name="date", dtype="date", meaning="day of the vote"),
        Column(name="year", dtype="int16", meaning="calendar year of the vote, not the session"),
        Column(name="title", dtype="str", meaning="title as printed"),
        Column(
            name="agenda", dtype="str", meaning="agenda item and subject headings", nullable=True
        ),
        Column(
            name="topic",
            dtype="str",
            meaning="title without years, numerals and formulas: votes on a repeated text share it",
        ),
        Column(
            name="subject",
            dtype="str",
            meaning="broad category by keywords of title and agenda",
            allowed=(
                "ukraine",
                "middle_east",
                "nuclear",
                "disarmament",
                "colonialism",
                "human_rights",
                "economic",
                "other",
            ),
        ),
        Column(name="yes", dtype="int16", unit="states", meaning="votes in favour"),
        Column(name="no", dtype="int16", unit="states", meaning="votes against"),
        Column(name="abstain", dtype="int16", unit="states", meaning="abstentions"),
        Column(
            name="nonvoting",
            dtype="int16",
            unit="states",
            meaning="members that were absent, present but not voting, or barred for arrears",
        ),
        Column(
            name="emergency", dtype="bool", meaning="taken in an emergency special session (ES-)"
        ),
        Column(
            name="final",
            dtype="bool",
            meaning="on a whole resolution or decision, not on a paragraph or amendment",
        ),
        Column(
            name="important",
            dtype="bool",
            meaning="called important by the United States Department of State; missing where the "
            "source does not say",
            nullable=True,
        ),
    ),
)

VOTES = Table(
    name="votes",
    row="one member state at one recorded vote",
    key=("rollcall", "state"),
    absence="not_applicable",
    columns=(
        Column(name="rollcall", dtype="str", meaning="as in rollcalls"),
        Column(name="state", dtype="str", meaning="state code at the day of the vote"),
        Column(
            name="vote",
            dtype="int8",
            meaning="1 yes, 2 abstain, 3 no, 8 member that did not vote",
            allowed=(YES, ABSTAIN, NO, NONVOTING),
        ),
    ),
)
