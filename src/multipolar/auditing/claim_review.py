"""ClaimReview, the schema.org form in which fact-checks are found by search engines.

Fields after https://schema.org/ClaimReview. The rating is ordinal: 1 contradicted, 3 depends on how
it is counted, 5 supported; what the record cannot tell has a name and no value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multipolar.auditing.check import CANNOT_TELL, CONTRADICTED, DEPENDS, SUPPORTED, Check
from multipolar.auditing.spans import sentence_at

if TYPE_CHECKING:
    from multipolar.auditing.result import Audit

RATINGS = {CONTRADICTED: 1, DEPENDS: 3, SUPPORTED: 5}
NAMES = {
    SUPPORTED: "The record supports it",
    CONTRADICTED: "The record contradicts it",
    DEPENDS: "It depends on how it is counted",
    CANNOT_TELL: "The record cannot tell",
}


def claim_review(check: Check, audit: Audit, *, url: str, organisation: str) -> dict[str, Any]:
    """One check as a ClaimReview; a claim that nobody named stands behind has no author."""
    appearance: dict[str, Any] = {"@type": "CreativeWork", "name": audit.article.title or "article"}
    if audit.article.url:
        appearance["url"] = audit.article.url
    if audit.date:
        appearance["datePublished"] = audit.date.isoformat()
    claimed = _whole(check, audit.text)
    claim: dict[str, Any] = {"@type": "Claim", "name": claimed, "appearance": appearance}
    if not check.rumour:
        author = audit.article.author if check.holder == "author" else check.holder
        claim["author"] = {
            "@type": "Thing",
            "name": author or audit.article.publisher or "the author",
        }
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": NAMES[check.status]}
    if check.status in RATINGS:
        rating |= {"ratingValue": RATINGS[check.status], "worstRating": 1, "bestRating": 5}
    review: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "claimReviewed": claimed,
        "itemReviewed": claim,
        "reviewRating": rating,
        "reviewBody": f"{check.sentence} ({check.said})",
        "author": {"@type": "Organization", "name": organisation},
    }
    if url:
        review["url"] = f"{url}#{check.id}"
    return review


def _whole(check: Check, text: str) -> str:
    """Words of a claim; a part of a sentence that opens without its subject with the sentence."""
    if not check.text[:1].islower():
        return check.text
    found = sentence_at(text, check.start)
    return f"{check.text} (in: “{text[found.start : found.end].strip()}”)" if found else check.text
