"""What a frame may ask of its clause: an object, a person, an organisation, an infinitive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from multipolar.reader.chunks import Arguments, Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.lexicon import read_table
from multipolar.reader.mention import Mention, mentions_in
from multipolar.reader.wordsets import word_set


@dataclass(slots=True)
class Case:
    """A verb in its clause, as the tests below see it."""

    clauses: Clauses
    i: int
    vg: Chunk
    arguments: Arguments
    heads: set[str]
    governed: set[str]
    classes: dict[str, frozenset[str]]
    titles: frozenset[str]
    is_person: bool
    codes: Callable[[Chunk | None], tuple[str, ...]]


def _no_object(case: Case) -> bool:
    return not case.arguments.objects


def _object_any(case: Case) -> bool:
    return bool(case.arguments.objects) or case.vg.passive


def _object_or_infinitive(case: Case) -> bool:
    return (
        bool(case.arguments.objects) or case.vg.passive or case.arguments.complement_kind == "inf"
    )


def _clause_or_object(case: Case) -> bool:
    return (
        bool(case.arguments.objects)
        or case.vg.passive
        or case.arguments.complement_kind in ("inf", "that", "clause")
    )


def _something_promised(case: Case) -> bool:
    """'Offered help', not 'offered an explanation'."""
    return _clause_or_object(case) and not case.heads & EXPLAINING


def _peoples(case: Case) -> bool:
    """'Took in two million Ukrainians'."""
    for chunk in case.arguments.objects[:1]:
        mention = case.clauses.tokens[chunk.head].mention
        return isinstance(mention, Mention) and mention.type == "DEMONYM"
    return False


def _town(case: Case) -> bool:
    """'Took Hulyaipole', 'was taken': a single name that is no person's."""
    struck = case.clauses.subject(case.i) if case.vg.passive else None
    struck = struck or next(iter(case.arguments.objects), None)
    if struck is None or struck.parts or struck.first != struck.last:
        return False
    head = case.clauses.tokens[struck.head]
    mention = head.mention
    return mention.type == "PLACE" if isinstance(mention, Mention) else head.tag == "Y"


def _infinitive(case: Case) -> bool:
    return case.arguments.complement_kind == "inf"


def _not_silence(case: Case) -> bool:
    """'Declined to comment' turns nobody down."""
    arguments = case.arguments
    inner = case.clauses.chunks[arguments.complement] if arguments.complement >= 0 else None
    return inner is None or inner.lemma not in SILENCE


def _no_infinitive(case: Case) -> bool:
    return case.arguments.complement_kind not in ("inf",)


def _event(case: Case) -> bool:
    inner = {x for c in case.arguments.preps.get("in", []) for x in (c.low, c.lemma)}
    return bool((case.heads | inner) & case.classes["event"])


def _to_event(case: Case) -> bool:
    """'Came to the summit'."""
    chunks = [c for p in ("to", "for", "at") for c in case.arguments.preps.get(p, [])]
    return any({c.low, c.lemma} & case.classes["event"] for c in chunks)


def _person(case: Case) -> bool:
    return case.is_person


def _leader_object(case: Case) -> bool:
    """'Saw Xi in March', not 'would like to see a treaty'."""
    for chunk in case.arguments.objects[:1]:
        mentions = mentions_in(chunk, case.clauses.tokens)
        return any(x.type == "LEADER" for x in mentions) or chunk.low in case.titles
    return False


def _bare_person(case: Case) -> bool:
    if (
        len(case.arguments.objects) != 1
        or case.vg.passive
        or case.arguments.complement_kind == "that"
    ):
        return False
    mentions = mentions_in(case.arguments.objects[0], case.clauses.tokens)
    return any(x.type == "LEADER" for x in mentions)


def _phone(case: Case) -> bool:
    words = {c.lemma for group in case.arguments.preps.values() for c in group}
    return "with" in case.arguments.preps or bool(words & {"phone", "telephone", "call"})


def _organisation(case: Case) -> bool:
    chunk = (
        case.clauses.subject(case.i)
        if case.vg.passive
        else (case.arguments.objects[0] if case.arguments.objects else None)
    )
    if chunk is None:
        return False
    mention = case.clauses.tokens[chunk.head].mention
    if isinstance(mention, Mention):
        return mention.type in ("IGO", "BLOC") and mention.code != "EUROPE"
    if chunk.low == "it" and chunk.first == chunk.last:
        return any(code in ORGANISATIONS for code in case.codes(chunk))
    return bool(
        case.heads
        & (case.classes["exit"] - {"talks", "negotiation", "deal", "start", "declaration"})
    )


def _exit(case: Case) -> bool:
    for chunk in case.arguments.preps.get("from", []) + case.arguments.preps.get("of", []):
        mention = case.clauses.tokens[chunk.head].mention
        if isinstance(mention, Mention) and mention.type == "IGO":
            return not any(o.lemma in case.classes["troop"] for o in case.arguments.objects)
        if {chunk.low, chunk.lemma} & case.classes["exit"]:
            return True
    return False


def _troops_move(case: Case) -> bool:
    return bool(case.heads & (case.classes["troop"] | case.classes["weapon"]))


def _military(case: Case) -> bool:
    subject = (
        case.arguments.preps.get("by", [None])[0]
        if case.vg.passive
        else case.clauses.subject(case.i)
    )
    if subject is None:
        return False
    words = {subject.low, subject.lemma}
    return bool(words & (case.classes["troop"] | case.classes["weapon"] | {"forces", "artillery"}))


def _on(case: Case) -> bool:
    return "on" in case.arguments.preps or case.arguments.complement_kind in ("on", "that")


def _only_on(case: Case) -> bool:
    return "on" in case.arguments.preps or case.arguments.complement_kind == "on"


def _bare(case: Case) -> bool:
    """'Vucic came as well': nothing after the verb, and a person before it."""
    preps = {k: v for k, v in case.arguments.preps.items() if [c.low for c in v] != ["person"]}
    if case.arguments.objects or preps or case.arguments.complement >= 0:
        return False
    subject = case.clauses.subject(case.i)
    if subject is None:
        return False
    mention = case.clauses.tokens[subject.head].mention
    leader = isinstance(mention, Mention) and mention.type == "LEADER"
    return leader or subject.low in case.titles or subject.low in ("he", "she", "they")


def _to_or_for(case: Case) -> bool:
    return bool(case.arguments.preps.keys() & {"to", "for"}) and not case.arguments.objects


def _of(case: Case) -> bool:
    return "of" in case.arguments.preps or case.arguments.complement_kind == "of"


def _recognition(case: Case) -> bool:
    return case.arguments.complement_kind not in ("that", "clause")


def _homeward(case: Case) -> bool:
    """'Called its ambassadors home'."""
    after = case.clauses.tokens[case.vg.last + 1 : case.vg.last + 9]
    return any(t.low in ("home", "back") for t in after)


def _leader_subject(case: Case) -> bool:
    subject = case.clauses.subject(case.i)
    if subject is None or case.arguments.objects:
        return False
    mentions = mentions_in(subject, case.clauses.tokens)
    return any(x.type == "LEADER" for x in mentions) or subject.low in case.titles


def _in_phrase(case: Case) -> bool:
    """'Stands in the way', not 'was on his way'."""
    return "in" in case.arguments.preps


def _no_pronoun(case: Case) -> bool:
    """'Paid for it' is no gift to anybody."""
    return case.governed.isdisjoint(("it", "this", "that", "them"))


def _guest_subject(case: Case) -> bool:
    """'Putin's guests included Lula': who came is the object."""
    subject = case.clauses.subject(case.i)
    return subject is not None and subject.lemma in GUESTS


def _threat_in_infinitive(case: Case) -> bool:
    """'Vowed to punish Israel'."""
    comp = case.arguments.complement
    inner = case.clauses.chunks[comp] if case.arguments.complement_kind == "inf" else None
    return inner is not None and inner.lemma in PUNISHING and not inner.negated


def _vote_around(case: Case) -> bool:
    """'Two voted in favour, Azerbaijan did not take part'."""
    return any(t.low in VOTING for t in case.clauses.tokens)


def _bare_or_vote(case: Case) -> bool:
    """'Took part', 'took part in the vote', not 'took part in the drill'."""
    inner = case.arguments.preps.get("in", [])
    return all(c.low in VOTING for c in inner)


def _sanctions_package(case: Case) -> bool:
    """'Approved the 19th sanctions package', 'adopted a package of sanctions'."""
    things = [*case.arguments.objects, *case.arguments.preps.get("of", [])]
    if not case.heads & PACKAGE:
        return False
    tokens = case.clauses.tokens
    words = {t.low for c in things for t in tokens[c.first : c.last + 1]}
    return bool(words & {"sanction", "sanctions"})


def _no_question(case: Case) -> bool:
    """'Asked about it by CNN', 'asked Berlin whether': nothing is asked for."""
    clause = case.arguments.complement_kind == "clause"
    return "about" not in case.arguments.preps and not clause


def _by_firing(case: Case) -> bool:
    """'Retaliated by firing missiles at Israel'."""
    comp = case.arguments.complement
    by = case.arguments.complement_kind == "by" and comp >= 0
    return by and case.clauses.chunks[comp].lemma in FIRING


def _official_subject(case: Case) -> bool:
    """'So many presidents stayed at home'."""
    subject = case.clauses.subject(case.i)
    if subject is None:
        return False
    mentions = mentions_in(subject, case.clauses.tokens)
    return any(x.type == "LEADER" for x in mentions) or bool(
        {subject.low, subject.lemma} & case.titles
    )


def _count_subject(case: Case) -> bool:
    """'Only 93 were in favour': so many of those who vote."""
    subject = case.clauses.subject(case.i)
    return subject is not None and any(
        case.clauses.tokens[k].tag == "#" for k in range(subject.first, subject.last + 1)
    )


def _agent(case: Case) -> bool:
    """'Is suspected of' without anybody who suspects is a rumour, no act."""
    return not case.vg.passive or "by" in case.arguments.preps


def _state_object(case: Case) -> bool:
    """'Admitted Georgia', not 'admitted its defeat'."""
    chunk = next(iter(case.arguments.objects), None)
    if case.vg.passive:
        chunk = case.clauses.subject(case.i)
    if chunk is None:
        return False
    mention = case.clauses.tokens[(chunk.parts[-1] if chunk.parts else chunk).head].mention
    return isinstance(mention, Mention) and mention.type in ("STATE", "CAPITAL")


def _assuring(case: Case) -> bool:
    """'Assured Kyiv of its support', not '..., the minister assured Kyiv'."""
    return "of" in case.arguments.preps or case.arguments.complement_kind in ("that", "clause")


def _passive(case: Case) -> bool:
    return case.vg.passive


# What a threatened side says it will do.
VOTING = frozenset(["vote", "votes", "voted", "voting", "abstain", "abstained", "abstaining"])
PACKAGE = frozenset(["package", "round", "set", "raft", "batch", "packages"])
# 'Armenia has frozen its seat in the CSTO and might leave it'.
ORGANISATIONS = frozenset(row["code"] for row in read_table("organisations.tsv"))
FIRING = frozenset(["fire", "launch", "shell", "bomb", "strike", "shoot", "attack", "hit"])
EXPLAINING = word_set("needs.explaining")
PUNISHING = word_set("needs.punishing")
STRIKING_BACK = word_set("needs.striking_back")


def _own_threat(case: Case) -> bool:
    """'Warned it would respond', 'warned of consequences'."""
    of = {c.lemma for c in case.arguments.preps.get("of", [])}
    if of & STRIKING_BACK or case.clauses.tokens[0].low == "unless":
        return True
    inner = next(
        (c for c in case.clauses.chunks[case.i + 1 :] if c.kind == "vg" and c.form == "fin"), None
    )
    if inner is None or inner.modal not in ("would", "will", "'ll", "could"):
        return False
    subject = case.clauses.subject(inner.place)
    own = subject is not None and case.clauses.tokens[subject.first].low in ("it", "they", "he")
    return own and inner.lemma in STRIKING_BACK


def _responsible(case: Case) -> bool:
    near = case.clauses.tokens[case.vg.last + 1 : case.vg.last + 12]
    return any(t.low in ("responsible", "accountable") for t in near)


def _against(case: Case) -> bool:
    return bool(case.arguments.preps.keys() & {"against", "outside", "over"}) and not (
        case.arguments.objects
    )


def _against_with_object(case: Case) -> bool:
    """'Cautioned Seoul against meddling'."""
    preps = case.arguments.preps.keys() | {case.arguments.complement_kind}
    return "against" in preps and bool(case.arguments.objects)


def _into(case: Case) -> bool:
    return bool(case.arguments.preps.keys() & {"into", "on"}) and not case.arguments.objects


def _itself(case: Case) -> bool:
    """'Distanced itself', 'committed itself'."""
    first = case.arguments.objects[:1]
    return bool(first) and case.clauses.tokens[first[0].first].low.endswith(("self", "selves"))


def _together(case: Case) -> bool:
    """'Drilled together off Crete'."""
    near = case.clauses.tokens[case.vg.first : case.vg.last + 5]
    return any(t.low in ("together", "jointly") for t in near)


def _subject_words(case: Case) -> set[str]:
    subject = None if case.vg.passive else case.clauses.subject(case.i)
    return {subject.low, subject.lemma} if subject is not None else set()


def _trip_subject(case: Case) -> bool:
    """'His first trip took him to Warsaw'."""
    return bool(_subject_words(case) & TRIPS)


def _weapon_subject(case: Case) -> bool:
    """'A missile fell on Lviv'."""
    return bool(_subject_words(case) & case.classes["weapon"])


def _crowd_subject(case: Case) -> bool:
    """'Students blocked the bridges'."""
    return bool(_subject_words(case) & CROWDS)


def _government_subject(case: Case) -> bool:
    """'Ankara complained', not 'his neighbours complained'."""
    subject = case.clauses.subject(case.i)
    if case.vg.passive:
        subject = next(iter(case.arguments.preps.get("by", [])), None)
    if subject is None:
        return False
    head = case.clauses.tokens[subject.head]
    if isinstance(head.mention, Mention):
        return head.mention.type in GOVERNING_NAMES
    first = case.clauses.tokens[subject.first]
    official = {head.low, head.lemma} & (case.titles | GOVERNMENTS)
    return bool(official) or (first.tag in "RL" and subject.first == subject.last)


def _to_leave(case: Case) -> bool:
    """'Ordered two diplomats to leave'."""
    arguments = case.arguments
    inner = case.clauses.chunks[arguments.complement] if arguments.complement >= 0 else None
    return inner is not None and inner.form == "inf" and inner.lemma in ("leave", "depart", "go")


GOVERNING_NAMES = frozenset(["STATE", "CAPITAL", "GOV_SEAT", "LEADER", "IGO", "BLOC"])
GOVERNMENTS = frozenset(["government", "ministry", "cabinet", "parliament", "country", "regime"])
SILENCE = frozenset(["comment", "elaborate", "specify"])
GUESTS = frozenset(["guest", "attendee", "visitor", "participant", "dignitary", "invitee"])
TRIPS = word_set("needs.trips")
CROWDS = word_set("needs.crowds")


NEEDS: dict[str, Callable[[Case], bool]] = {
    "noobj": _no_object,
    "objany": _object_any,
    "objinf": _object_or_infinitive,
    "objorinf": _clause_or_object,
    "inf": _infinitive,
    "noinf": _no_infinitive,
    "notsilent": _not_silence,
    "event": _event,
    "evto": _to_event,
    "person": _person,
    "leaderobj": _leader_object,
    "bareobj": _bare_person,
    "phone": _phone,
    "org": _organisation,
    "exit": _exit,
    "sn": _troops_move,
    "mil": _military,
    "on": _on,
    "only_on": _only_on,
    "bare": _bare,
    "to_or_for": _to_or_for,
    "of": _of,
    "recog": _recognition,
    "peoples": _peoples,
    "townobj": _town,
    "promised": _something_promised,
    "noobjcode": _no_object,
    "passive": _passive,
    "assuring": _assuring,
    "stateobj": _state_object,
    "agent": _agent,
    "homeward": _homeward,
    "leadersubj": _leader_subject,
    "inphrase": _in_phrase,
    "threatinf": _threat_in_infinitive,
    "votectx": _vote_around,
    "barein": _bare_or_vote,
    "sancpack": _sanctions_package,
    "noquestion": _no_question,
    "firing": _by_firing,
    "officialsubj": _official_subject,
    "countsubj": _count_subject,
    "own_threat": _own_threat,
    "responsible": _responsible,
    "against": _against,
    "into": _into,
    "against_obj": _against_with_object,
    "selfobj": _itself,
    "together": _together,
    "tripsubj": _trip_subject,
    "weaponsubj": _weapon_subject,
    "crowdsubj": _crowd_subject,
    "leaveinf": _to_leave,
    "nopron": _no_pronoun,
    "guestsubj": _guest_subject,
    "govsubj": _government_subject,
}
