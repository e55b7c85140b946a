"""Take an article in: text, Markdown, HTML, e-mail or PDF text; the original bytes are kept."""

from __future__ import annotations

import calendar
import email
import email.policy
import hashlib
import logging
import re
from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812
from email.utils import parsedate_to_datetime
from pathlib import Path

from multipolar.core.errors import BadOption, UsageError
from multipolar.reader.language import detect_language

MAX_BYTES = 20_000_000
ENCODINGS = ("utf-8", "cp1252")
BOILERPLATE = re.compile(
    r"^\W*(subscribe|sign up|read more|read also|see also|related( articles| stories)?:?|"
    r"advertisement|"
    r"share (this|on)|follow us|all rights reserved|©|copyright|cookie|we use cookies|newsletter|"
    r"click here|log in|"
    r"support (us|our)|donate|comments?\b|tags?:|photo:|image:|source: getty|print this|most read|"
    r"this (site|website) uses|accept all|privacy policy|terms of (use|service)|join our telegram)",
    re.IGNORECASE,
)
HTML_PAGE = re.compile(rb"<\s*(!doctype|html|head|body)\b", re.IGNORECASE)
HTML_PART = re.compile(
    rb"(\xef\xbb\xbf)?\s*<\s*(div|p|article|section|main|script|h1)\b", re.IGNORECASE
)
MAIL_HEAD = re.compile(
    rb"\A(?:[A-Za-z-]+: .*\r?\n(?:[ \t].*\r?\n)*)*?(?:From|Message-ID|MIME-Version): ",
    re.IGNORECASE,
)
MONTHS = calendar.month_name[1:]  # English unless a locale was set, which this package never does
_MONTH = "|".join(MONTHS)
DATELINE = re.compile(
    rf"\b(\d{{1,2}}) ({_MONTH}) (\d{{4}})\b"
    rf"|\b({_MONTH}) (\d{{1,2}}), (\d{{4}})\b"
    r"|\b(\d{4})-(\d{2})-(\d{2})\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article: ``text`` is read, ``boilerplate`` was set apart, ``original`` are the bytes."""

    text: str
    original: bytes
    sha256: str
    title: str = ""
    author: str = ""
    publisher: str = ""
    date: Date | None = None
    language: str = "unknown"
    url: str = ""
    boilerplate: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def read_article(source: str | Path | bytes) -> Article:
    r"""Take an article from a file or from bytes.

    Parameters
    ----------
    source : path or bytes
        Text, Markdown, HTML, e-mail export or the text of a PDF. Nothing is fetched or executed.

    Returns
    -------
    Article
        Main text with title, author, publisher, date, language and address where the source gives
        them; the original bytes with their sha256.

    Raises
    ------
    UsageError
        There is no such file.
    BadOption
        Empty, binary, too large, or nothing but boilerplate.

    Notes
    -----
    Dates are taken from the page's own record or from a date line in the first lines; otherwise the
    date is None. It does not check that the publisher is who the page says.

    Examples
    --------
    >>> article = read_article(b"Summit in Astana\n\n14 October 2022\n\nAll came.")
    >>> article.date.isoformat(), article.title
    ('2022-10-14', 'Summit in Astana')
    """
    raw, name = _bytes(source)
    _check(raw, name)
    notes: list[str] = []
    if _is_html(raw):
        return _from_html(raw, name, notes)
    if MAIL_HEAD.match(raw[:4000]):
        return _from_mail(raw, name, notes)
    return _from_text(_decode(raw, notes), raw, name, notes)


def _bytes(source: str | Path | bytes) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source, "the article"
    path = Path(source)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise BadOption(
                f"{path} has {size:,} bytes; at most {MAX_BYTES:,} are read", hint="split the file"
            )
        return path.read_bytes(), str(path)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None


# Bytes that text may hold: blanks, the escape of a terminal, and all that is no control character.
PRINTED = bytes({9, 10, 12, 13, 27, *range(32, 256)} - {127})


def _check(raw: bytes, name: str) -> None:
    if len(raw) > MAX_BYTES:
        raise BadOption(f"{name} has {len(raw):,} bytes; at most {MAX_BYTES:,} are read")
    if not raw.strip():
        raise BadOption(f"{name} is empty: nothing to read")
    if raw.startswith(b"%PDF"):
        raise BadOption(
            f"{name} is a PDF file, not its text", hint="pdftotext FILE.pdf - | multipolar read -"
        )
    sample = raw[:8000]
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and (
        len(sample.translate(None, PRINTED)) > 0.05 * len(sample)
        or sample.count(0) > 0.01 * len(sample)
        or raw.startswith((b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8"))
    ):
        raise BadOption(
            f"{name} is a binary file, not text", hint="save it as text, HTML or e-mail"
        )


def _is_html(raw: bytes) -> bool:
    """A page, or a piece of one from its first sign on; Markdown may hold single tags inside."""
    return bool(HTML_PAGE.search(raw[:5000]) or HTML_PART.match(raw))


def _decode(raw: bytes, notes: list[str], declared: str = "") -> str:
    """Decode as declared, UTF-8, UTF-16 or Windows-1252; mixed text is said to be so."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    for encoding in [e for e in (declared, "utf-8-sig") if e]:
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    good = raw.decode("utf-8", errors="surrogateescape")
    if 2 * len(NOT_UTF8.findall(good)) <= sum(b > 127 for b in raw):
        notes.append("mixed encodings: bytes that are not UTF-8 were read as Windows-1252")
        return NOT_UTF8.sub(lambda m: _as_windows(bytes([ord(m[0]) - 0xDC00])), good)
    notes.append("not UTF-8: read as Windows-1252")
    return _as_windows(raw)


NOT_UTF8 = re.compile("[\udc80-\udcff]")  # a byte each, as surrogateescape keeps it


def _as_windows(raw: bytes) -> str:
    return raw.decode("cp1252", errors="replace")


def _finish(  # noqa: PLR0913
    text: str,
    raw: bytes,
    name: str,
    notes: list[str],
    *,
    title: str = "",
    author: str = "",
    publisher: str = "",
    date: Date | None = None,
    url: str = "",
) -> Article:
    kept, apart = _set_apart(text)
    if not kept.strip():
        raise BadOption(f"{name} holds no article text: only boilerplate was found")
    date = date or _date_line(kept)
    if date is None:
        notes.append("no date found: leaders are not resolved in time; give --date")
    return Article(
        text=kept,
        original=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        title=title or _first_line(kept),
        author=author,
        publisher=publisher,
        date=date,
        language=detect_language(kept),
        url=url,
        boilerplate=tuple(apart),
        notes=tuple(notes),
    )


def _set_apart(text: str) -> tuple[str, list[str]]:
    kept: list[str] = []
    apart: list[str] = []
    for line in text.splitlines():
        (apart if BOILERPLATE.match(line) and len(line) < 200 else kept).append(line)
    return "\n".join(kept).strip("\n"), apart


# What stands above a title: a date alone, the kind of text.
LABEL = re.compile(
    rf"(?i)(?:press release|for immediate release|opinion|op-ed|commentary|analysis|news|editorial|"
    rf"(?:\w+day,? )?(?:{DATELINE.pattern}))[\s:]*"
)


def _first_line(text: str) -> str:
    lines = (line.strip("# *\t") for line in text.strip().splitlines()[:6])
    line = next((x for x in lines if x and not LABEL.fullmatch(x)), "")
    return line if len(line) < 140 and not line.endswith(".") else ""


def _date_line(text: str) -> Date | None:
    match = next((m for m in DATELINE.finditer(text[:1500]) if _is_dateline(text, m)), None)
    if match is None:
        return None
    d1, m1, y1, m2, d2, y2, y3, m3, d3 = match.groups()
    try:
        if d1:
            return Date(int(y1), MONTHS.index(m1) + 1, int(d1))
        if m2:
            return Date(int(y2), MONTHS.index(m2) + 1, int(d2))
        return Date(int(y3), int(m3), int(d3))
    except ValueError:
        return None


def _is_dateline(text: str, match: re.Match[str]) -> bool:
    """Whether a date stands apart: in a short line, or where a line opens with place and day.

    "On 2 March 2022 the Assembly voted" is the day of a vote, not of the article.
    """
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    line = text[start : end if end >= 0 else len(text)]
    lead = text[start : match.start()]
    sentence = line.rstrip().endswith((".", "!", "?")) and len(line) > 60
    apart = text[match.end() : match.end() + 2].lstrip()[:1] in tuple(".:;()-\u2013\u2014|")
    opened = not lead.strip() or lead.rstrip()[-1] in ",(/|-\u2013\u2014."
    placed = opened and apart and PLACE_FIRST.fullmatch(lead) is not None
    return placed or (len(line) < 120 and not sentence)


PLACE_FIRST = re.compile(r"[\W_]*(?:[A-Z][\w.'\u2019-]*[ ,/()|\u2013\u2014-]*){0,6}")
FRONT_MATTER = re.compile(r"\A\s*---\s*\n(?P<head>(?:[\w-]+:.*\n)+)---\s*\n")
MARKDOWN = re.compile(
    r"(?m)^#{1,6}\s+|^>\s?|^[-*_]{3,}\s*$|\*\*|__|(?<!\w)\*(?=\w)|(?<=[\w.!?])\*(?!\w)|!\[[^\]]*\]\([^)]*\)"
)
TAGS = re.compile(
    r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>"
)
MARKDOWN_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]+(?:\s+\"[^\"]*\")?\)")


def _from_text(text: str, raw: bytes, name: str, notes: list[str]) -> Article:
    """Plain text, Markdown marks taken off, hyphens at line ends of a PDF joined."""
    text = text.replace("\r\n", "\n").replace("\x0c", "\n\n").replace("\x00", "")
    text = re.sub(r"(\w)-\n([a-z])", r"\1\2", text)
    head: dict[str, str] = {}
    if block := FRONT_MATTER.match(text):
        pairs = (line.partition(":") for line in block["head"].splitlines())
        head = {k.strip().lower(): v.strip().strip("\"'") for k, _, v in pairs}
        text = text[block.end() :]
    text, tags = TAGS.subn("", text)
    if tags:
        notes.append("markup inside the text was left out, unread")
    text = MARKDOWN.sub("", MARKDOWN_LINK.sub(r"\1", text))
    return _finish(
        text, raw, name, notes, title=head.get("title", ""), author=head.get("author", ""),
        publisher=head.get("publisher", ""), url=head.get("url", ""),
        date=_date_line(head.get("date", "")),
    )  # fmt: skip


def _from_mail(raw: bytes, name: str, notes: list[str]) -> Article:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        raise BadOption(f"{name} is an e-mail without a text part")
    content = body.get_content()
    if body.get_content_type() == "text/html":
        inner = _from_html(content.encode(), name, notes)
        content = inner.text
    try:
        sent = parsedate_to_datetime(str(message["Date"])).date() if message["Date"] else None
    except (TypeError, ValueError):
        sent = None
    return _finish(
        content,
        raw,
        name,
        notes,
        title=str(message["Subject"] or ""),
        author=str(message["From"] or ""),
        date=sent,
    )


def _from_html(raw: bytes, name: str, notes: list[str]) -> Article:
    """Main text of a page; scripts are dropped unread, and no markup reaches the text."""
    import trafilatura  # noqa: PLC0415

    declared = re.search(rb"charset=[\"']?([\w-]+)", raw[:3000])
    text = _decode(raw, notes, declared.group(1).decode() if declared else "")
    # What its parser says of a page that is none is said below, in one line.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = trafilatura.bare_extraction(
        text, with_metadata=True, include_comments=False, favor_recall=True,
        # A date guessed from the prose is that of what is told, not of the article.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )  # fmt: skip
    if found is None or not (found.text or "").strip():
        raise BadOption(
            f"{name} holds no article text: only boilerplate, scripts or navigation was found"
        )
    date = Date.fromisoformat(found.date[:10]) if found.date else None
    return _finish(
        found.text,
        raw,
        name,
        notes,
        title=found.title or "",
        author=found.author or "",
        publisher=found.sitename or found.hostname or "",
        date=date,
        url=found.url or "",
    )
