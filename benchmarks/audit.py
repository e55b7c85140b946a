"""Speed of the audit: processor time per check of articles of three lengths, and of their pages.

    python benchmarks/audit.py

Prints one line per length: the sample articles of the tests, paragraph by paragraph, repeated.
Reading the tables and running the studies once is left out: a first audit of the same text does it.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
LENGTHS = (20, 100, 500)
DAY = "2025-06-01"


def paragraphs() -> Iterator[str]:
    """Paragraphs of the sample articles, over and over."""
    gold = sorted((TESTS / "reader" / "gold").glob("article_*.json"))
    texts = [json.loads(p.read_text("utf-8"))["text"] for p in gold]
    texts += [p.read_text("utf-8") for p in sorted((TESTS / "auditing" / "articles").glob("*.txt"))]
    return cycle(part for text in texts for part in text.split("\n\n") if part.strip())


def main() -> None:
    from multipolar.auditing import Auditor
    from multipolar.store import Store

    with tempfile.TemporaryDirectory() as folder:
        auditor = Auditor(Store.open(Path(folder) / "store"), keep_verdicts=True)
        before = time.process_time()
        auditor.audit("\n\n".join(islice(paragraphs(), max(LENGTHS))), date=DAY)
        print(f"first audit, with tables and studies: {time.process_time() - before:.1f} s")
        for length in LENGTHS:
            text = "\n\n".join(islice(paragraphs(), length))
            before = time.process_time()
            audit = auditor.audit(text, date=DAY)
            checked = time.process_time() - before
            audit.report(Path(folder) / f"{length}.html")
            page = time.process_time() - before - checked
            n = len(audit.checks)
            print(
                f"{length} paragraphs, {n:,} checks: {checked:.2f} s, "
                f"{1000 * checked / n:.1f} ms a check; page written in {page:.2f} s"
            )


if __name__ == "__main__":
    main()
