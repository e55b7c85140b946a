"""Cut a text into tokens and sentences without losing a single offset.

Offsets are Unicode code points of the text that was passed in. Hyphens are tokens of their own, so
that ``Russia-Ukraine`` names two states and ``Kassym-Jomart`` is found by the lexicon as three.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from multipolar.reader.wordsets import word_set

ABBREVIATIONS = [
    "Mr",
    "Mrs",
    "Ms",
    "Dr",
    "Gen",
    "Sen",
    "Gov",
    "Col",
    "Lt",
    "Capt",
    "Sgt",
    "Maj",
    "Rep",
    "Prof",
    "St",
    "Jr",
    "Sr",
    "No",
    "vs",
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Sept",
    "Oct",
    "Nov",
    "Dec",
    "Co",
    "Corp",
    "Inc",
    "Ltd",
    "Mt",
    "Fr",
    "Rev",
    "Hon",
    "Art",
    "approx",
    "ca",
    "cf",
    "etc",
]
# Words that open a sentence although the token before carries its own full stop ("the U.S. The").
OPENERS = word_set("text.openers")
MAX_SENTENCE_TOKENS = 250
# A word with a space or comma behind it, the commonest case, is tried first.
TOKEN = re.compile(
    r"""
    (?!cannot\b)[a-zA-Z]++(?=[ ,])
  | https?://\S+ | [\w.+-]{1,64}@[\w-]{1,63}\.[\w.]+
  | (?:[^\W\d_]\.){2,}
  | (?:%s)\.(?=\s)
  | [A-Z]\.(?=\s+[A-Z][a-z])
  | \d+(?:[.,:]\d+)*(?:st|nd|rd|th|s)?\b | \d+
  | can(?=not\b)
  | (?:ca|wo|do|does|did|is|are|was|were|has|have|had|would|could|should)(?=n['’]t\b)
  | (?:must|need|might|ai|sha)(?=n['’]t\b)
  | (?:Ca|Wo|Do|Does|Did|Is|Are|Was|Were|Has|Have|Had|Would|Could|Should)(?=n['’]t\b)
  | n['’]t\b
  | ['’](?:s|S|re|ve|ll|d|m)\b
  | [^\W\d_]+(?:['’](?!(?:s|re|ve|ll|d|m)\b)[^\W\d_]+)*\d*
  | \.{2,} | -{2,} | \S
    """  # noqa: UP031
    % "|".join(ABBREVIATIONS),
    re.VERBOSE,
)
CLOSERS = frozenset("\"”’')]»")
ENDERS = frozenset(".?!…")


@dataclass(slots=True)
class Token:
    """One token: its text, place, tag (set by the tagger) and word record."""

    text: str
    low: str
    start: int
    end: int
    tag: str = "N"
    form: str = ""
    lemma: str = ""
    mention: object | None = None


@dataclass(slots=True)
class Sentence:
    """A run of tokens; ``index`` counts sentences, ``paragraph`` paragraphs, from 0."""

    tokens: list[Token]
    start: int
    end: int
    index: int = 0
    paragraph: int = 0
    question: bool = False
    cut: bool = field(default=False)


def tokenize(text: str, offset: int = 0) -> list[Token]:
    """List the tokens of a text.

    Examples
    --------
    >>> [t.text for t in tokenize("The U.S. didn't invite Kassym-Jomart's envoy.")]
    ['The', 'U.S.', 'did', "n't", 'invite', 'Kassym', '-', 'Jomart', "'s", 'envoy', '.']
    """
    out = []
    for match in TOKEN.finditer(text):
        word = match.group()
        start = match.start() + offset
        low = word.lower()
        if "’" in low and len(low) > 1:
            low = low.replace("’", "'")
        out.append(Token(word, low, start, start + len(word)))
    return out


def split_sentences(text: str) -> list[Sentence]:
    """Split into sentences; blank lines and short unpunctuated lines end one too.

    Examples
    --------
    >>> [s.end for s in split_sentences("He met the U.S. envoy. They spoke.")]
    [22, 34]
    """
    out: list[Sentence] = []
    for number, (start, end) in enumerate(_paragraphs(text)):
        tokens = tokenize(text[start:end], start)
        for run in _runs(tokens):
            last = run[-1].end
            question = any(t.text == "?" for t in run[-3:])
            out.append(Sentence(run, run[0].start, last, len(out), number, question))
    return out


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Paragraphs are parted by blank lines, or by a line that reads like a heading."""
    out = []
    start = 0
    for match in re.finditer(r"\n[ \t\r]*(?:\n\s*)+|\n", text):
        line_start = max(text.rfind("\n", start, match.start()) + 1, start)
        line = text[line_start : match.start()].rstrip()
        if match.group().count("\n") > 1 or _is_heading(line, text[match.end() : match.end() + 1]):
            if text[start : match.start()].strip():
                out.append((start, match.start()))
            start = match.end()
    if text[start:].strip():
        out.append((start, len(text)))
    return out


def _is_heading(line: str, following: str) -> bool:
    ends = line[-1:] in '.?!…"”:»)'
    return bool(line) and len(line) < 60 and not ends and (following.isupper() or following in '"“')


def _runs(tokens: list[Token]) -> list[list[Token]]:
    """Group the tokens of one paragraph into sentences."""
    runs: list[list[Token]] = []
    first = 0
    n = len(tokens)
    i = 0
    while i < n:
        closes = tokens[i].text[-1] in ENDERS and _ends_here(tokens, i)
        if closes or i - first >= MAX_SENTENCE_TOKENS:
            while i + 1 < n and tokens[i + 1].text in CLOSERS and _touches(tokens, i):
                i += 1
            runs.append(tokens[first : i + 1])
            first = i + 1
        i += 1
    if first < n:
        runs.append(tokens[first:])
    return runs


def _touches(tokens: list[Token], i: int) -> bool:
    return tokens[i].end == tokens[i + 1].start


def _ends_here(tokens: list[Token], i: int) -> bool:
    """Whether the sentence ends with the full stop, question or exclamation mark at ``i``."""
    token = tokens[i]
    j = i + 1
    while j < len(tokens) and tokens[j].text in CLOSERS and tokens[j].start == tokens[j - 1].end:
        j += 1
    if j >= len(tokens):
        return True
    following = tokens[j]
    if following.start == tokens[j - 1].end:
        return False
    if len(token.text) > 1 and token.text[-1] == ".":
        abbreviation = token.text[:-1] in ABBREVIATIONS or (len(token.text) == 2)
        return not abbreviation and following.text in OPENERS
    # A question or exclamation inside a quotation goes on in lower case: '"Why?" asked Putin.'
    return not following.text[0].islower()
