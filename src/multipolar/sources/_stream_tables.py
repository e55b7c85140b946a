"""Tables that several sources fill: visits, leaders, sanctions, alliances, trade and the rest.

A stream has one shape whoever publishes it, so that a measure reads a table by its name and does
not ask which file it came from. Years are calendar years; intervals are half-open dates.
"""

from __future__ import annotations

from multipolar.core.declare import Column, Table

_STATE_A = Column(name="state_a", dtype="str", meaning="state code, the earlier in the alphabet")
_STATE_B = Column(name="state_b", dtype="str", meaning="state code, the later in the alphabet")
_YEAR = Column(name="year", dtype="int16", meaning="calendar year")
_SOURCE = Column(name="source", dtype="str", meaning="name of the source the row comes from")

ROLES = (
    "head_of_state_and_government",
    "head_of_government",
    "head_of_state",
    "de_facto_leader",
    "foreign_minister",
    "organisation_head",
    "other",
)

VISITS = Table(
    name="visits",
    row="one stay of one traveller in one country; none means none only inside visit_coverage",
    key=("trip",),
    absence="structural_zero",
    columns=(
        Column(name="trip", dtype="str", meaning="the publisher's identifier of the stay"),
        Column(name="state", dtype="str", meaning="state code of the traveller"),
        Column(name="host", dtype="str", meaning="state code of the country visited"),
        Column(name="year", dtype="int16", meaning="year the stay began"),
        Column(name="start", dtype="date", meaning="first day, empty if not known", nullable=True),
        Column(name="end", dtype="date", meaning="last day, empty if not known", nullable=True),
        Column(name="role", dtype="str", meaning="office of the traveller", allowed=ROLES),
        Column(name="role_text", dtype="str", meaning="the office as the publisher writes it"),
        Column(
            name="multilateral",
            dtype="bool",
            meaning="for a meeting of several states; empty where the publisher does not say",
            nullable=True,
        ),
        Column(
            name="met_host_leader",
            dtype="bool",
            meaning="met the host's head of state or government; empty where not said",
            nullable=True,
        ),
        Column(name="leader", dtype="str", meaning="name of the traveller"),
        _SOURCE,
        Column(name="note", dtype="str", meaning="occasion or remark, empty where none"),
    ),
)

VISIT_COVERAGE = Table(
    name="visit_coverage",
    row="one state whose visits on one side are complete over a run of years",
    key=("side", "state", "first_year", "source"),
    absence="unknown",
    columns=(
        Column(
            name="side",
            dtype="str",
            meaning="traveller: all trips its leaders made; host: all visits it received",
            allowed=("traveller", "host"),
        ),
        Column(name="state", dtype="str", meaning="state code"),
        Column(name="first_year", dtype="int16", meaning="first complete year"),
        Column(name="last_year", dtype="int16", meaning="last complete year"),
        _SOURCE,
    ),
)

TRIPS = Table(
    name="trips_by_state_year",
    row="one state in one year",
    key=("state", "year"),
    absence="structural_zero",
    columns=(
        Column(name="state", dtype="str", meaning="state code"),
        _YEAR,
        Column(name="received", dtype="int32", unit="trips", meaning="leaders' trips to it"),
        Column(name="sent", dtype="int32", unit="trips", meaning="trips of its leaders abroad"),
    ),
)

LEADER_SPELLS = Table(
    name="leader_spells",
    row="one spell in power of one effective leader",
    key=("state", "leader_id", "start"),
    absence="unknown",
    columns=(
        Column(name="state", dtype="str", meaning="state code on the first day of the spell"),
        Column(name="leader", dtype="str", meaning="name of the leader"),
        Column(name="leader_id", dtype="str", meaning="the publisher's identifier"),
        Column(name="start", dtype="date", meaning="first day in power"),
        Column(name="end", dtype="date", meaning="last day, empty if then open", nullable=True),
        Column(name="entry", dtype="str", meaning="how the leader came in, empty where not said"),
        Column(name="exit", dtype="str", meaning="how the leader went, empty where not said"),
        _SOURCE,
    ),
)

SANCTION_KINDS = ("trade", "arms", "military", "financial", "travel", "other")

SANCTIONS = Table(
    name="sanctions",
    row="one state sanctioning another in one case",
    key=("case", "source_state", "target_state"),
    absence="structural_zero",
    columns=(
        Column(name="case", dtype="str", meaning="the publisher's case number"),
        Column(
            name="source_state",
            dtype="str",
            meaning="state code of the sender; XUN, not its members, for the United Nations",
        ),
        Column(name="target_state", dtype="str", meaning="state code of the target"),
        Column(
            name="start", dtype="date", meaning="first day; 1 January where only a year is known"
        ),
        Column(name="end", dtype="date", meaning="first day after, empty if open", nullable=True),
        *(
            Column(
                name=kind,
                dtype="bool",
                meaning=f"{kind} sanctions, empty if not coded",
                nullable=True,
            )
            for kind in SANCTION_KINDS
        ),
        Column(
            name="paired",
            dtype="str",
            meaning="single: one sender, one target named; list: one side is a list; both_lists: "
            "both are, so that this pair need not have been meant",
            allowed=("single", "list", "both_lists"),
        ),
        Column(name="via", dtype="str", meaning="body through which the sender acts (EU), or ''"),
        Column(name="kinds_text", dtype="str", meaning="kinds, as the publisher writes them"),
        Column(name="objective", dtype="str", meaning="aims, as the publisher writes them"),
        Column(name="success", dtype="str", meaning="outcome per aim, as the publisher writes it"),
        Column(name="sender_text", dtype="str", meaning="senders as the publisher writes them"),
        Column(name="target_text", dtype="str", meaning="targets as the publisher writes them"),
        _SOURCE,
    ),
)

SANCTION_THREATS = Table(
    name="sanction_threats",
    row="one state threatening another with sanctions in one case",
    key=("case", "source_state", "target_state"),
    absence="structural_zero",
    columns=(
        Column(name="case", dtype="str", meaning="the publisher's case number"),
        Column(name="source_state", dtype="str", meaning="state code of the sender"),
        Column(name="target_state", dtype="str", meaning="state code of the target"),
        Column(
            name="start", dtype="date", meaning="day of the threat; 1 January where only a year is"
        ),
        Column(name="imposed", dtype="bool", meaning="sanctions were imposed in the same case"),
        Column(
            name="paired",
            dtype="str",
            meaning="single: one sender, one target named; list: one side is a list",
            allowed=("single", "list", "both_lists"),
        ),
        Column(name="via", dtype="str", meaning="body through which the sender acts (EU), or ''"),
        Column(name="kinds_text", dtype="str", meaning="kinds that were threatened"),
        Column(name="objective", dtype="str", meaning="aims, as the publisher codes them"),
        Column(name="success", dtype="str", meaning="how the case ended"),
        Column(name="sender_text", dtype="str", meaning="senders as the publisher writes them"),
        Column(name="target_text", dtype="str", meaning="targets as the publisher writes them"),
        _SOURCE,
    ),
)

PACTS = ("defense", "offense", "neutrality", "nonaggression", "consultation")

ALLIANCES = Table(
    name="alliances",
    row="one pair of allied states in one year",
    key=("state_a", "state_b", "year"),
    absence="structural_zero",
    columns=(
        _STATE_A,
        _STATE_B,
        _YEAR,
        *(Column(name=p, dtype="bool", meaning=f"bound by an obligation of {p}") for p in PACTS),
    ),
)

IGO_MEMBERSHIPS = Table(
    name="igo_memberships",
    row="one state in one intergovernmental organisation in one year",
    key=("state", "igo", "year"),
    absence="structural_zero",
    columns=(
        Column(name="state", dtype="str", meaning="state code"),
        Column(name="igo", dtype="str", meaning="the publisher's short name, in lower case"),
        _YEAR,
        Column(
            name="status",
            dtype="str",
            meaning="kind of membership; unknown: the publisher has no information",
            allowed=("member", "associate", "observer", "unknown"),
        ),
    ),
)

SHARED_IGOS = Table(
    name="shared_igos",
    row="one pair of states in one year",
    key=("state_a", "state_b", "year"),
    absence="unknown",
    columns=(
        _STATE_A,
        _STATE_B,
        _YEAR,
        Column(
            name="n",
            dtype="int16",
            unit="organisations",
            meaning="organisations in which both are full members",
        ),
    ),
)

ARMS = Table(
    name="arms",
    row="one supplier and one recipient in one year",
    key=("source_state", "target_state", "year"),
    absence="structural_zero",
    columns=(
        Column(name="source_state", dtype="str", meaning="state code of the supplier"),
        Column(name="target_state", dtype="str", meaning="state code of the recipient"),
        _YEAR,
        Column(
            name="tiv",
            dtype="float",
            unit="million trend-indicator values",
            meaning="military capability delivered, not money; 0 is a delivery below half a unit",
        ),
    ),
)

DISTANCES = Table(
    name="distances",
    row="one pair of states over a run of years with one distance",
    key=("state_a", "state_b", "first_year"),
    absence="unknown",
    columns=(
        _STATE_A,
        _STATE_B,
        Column(name="first_year", dtype="int16", meaning="first year of the run"),
        Column(name="last_year", dtype="int16", meaning="last year of the run"),
        Column(
            name="km",
            dtype="float",
            unit="km",
            meaning="shortest distance between the territories, 0 for neighbours",
        ),
    ),
)

TRADE = Table(
    name="trade",
    row="one flow of goods in one year as one side reports it",
    key=("source_state", "target_state", "year", "product", "reported_by"),
    absence="unknown",
    columns=(
        Column(name="source_state", dtype="str", meaning="state code of the exporter"),
        Column(name="target_state", dtype="str", meaning="state code of the importer"),
        _YEAR,
        Column(
            name="product",
            dtype="str",
            meaning="TOTAL, or a Harmonized System code as text (leading zeros kept)",
        ),
        Column(
            name="reported_by",
            dtype="str",
            meaning="whose report: exporter (usually FOB), importer (usually CIF), reconciled",
            allowed=("exporter", "importer", "reconciled"),
        ),
        Column(name="value_usd", dtype="float", unit="current US$", meaning="value of the goods"),
        _SOURCE,
    ),
)

TRADE_MONTHLY = Table(
    name="trade_monthly",
    row="one reporter, partner, product and flow in one month",
    key=("reporter", "partner", "product", "flow", "month"),
    absence="unknown",
    columns=(
        Column(name="reporter", dtype="str", meaning="state code of who reports"),
        Column(name="partner", dtype="str", meaning="state code of the other side"),
        Column(name="product", dtype="str", meaning="TOTAL, or a CN or HS code as text"),
        Column(
            name="flow",
            dtype="str",
            meaning="from the reporter's side",
            allowed=("export", "import"),
        ),
        Column(name="month", dtype="date", meaning="first day of the month"),
        Column(name="value_eur", dtype="float", unit="current EUR", meaning="statistical value"),
    ),
)

EMBASSIES = Table(
    name="embassies",
    row="one state represented in another in one year",
    key=("source_state", "target_state", "year"),
    absence="structural_zero",
    columns=(
        Column(name="source_state", dtype="str", meaning="state code of the sender"),
        Column(name="target_state", dtype="str", meaning="state code of the host"),
        _YEAR,
        Column(
            name="level",
            dtype="str",
            meaning="rank of the mission; other: represented, rank not in this list",
            allowed=("charge_d_affaires", "minister", "ambassador", "other"),
        ),
        _SOURCE,
    ),
)
