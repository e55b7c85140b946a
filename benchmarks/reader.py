"""Speed and size of the reader: sentences per second on one core, start-up, memory, pathological text.

    python benchmarks/reader.py

Prints one line per figure. Texts are the sample articles of the tests, repeated.
"""  # noqa: E501

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

GOLD = Path(__file__).parents[1] / "tests" / "reader" / "gold"


def articles() -> list[str]:
    """The sample articles."""
    return [json.loads(p.read_text("utf-8"))["text"] for p in sorted(GOLD.glob("article_*.json"))]


def corpus(times: int) -> str:
    """Sample articles and sentences, repeated, as one text."""
    texts = []
    for path in sorted(GOLD.glob("*.json")):
        record = json.loads(path.read_text("utf-8"))
        texts += [u["text"] for u in record.get("sentences", [record])]
    return "\n\n".join(texts * times)


def say_speed(name: str, texts: list[str]) -> None:
    from multipolar.reader import read

    before = time.process_time()
    sentences = sum(read(text, date="2025-06-01").n_sentences for text in texts)
    rate = sentences / (time.process_time() - before)
    print(f"{name}: {sentences:,} sentences, every layer, {rate:,.0f} a second of CPU on one core")


def memory_mb() -> float:
    """Peak resident memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    from multipolar.cli import COLLECTED_AFTER

    start = "import time; t = time.perf_counter(); from multipolar.reader import read; read('Putin met Xi.'); print(time.perf_counter() - t)"  # noqa: E501
    seconds = min(float(subprocess.check_output([sys.executable, "-c", start])) for _ in range(3))  # noqa: S603
    print(f"start-up with the lexicons and one sentence: {seconds:.2f} s")

    from multipolar.reader import read

    read("Putin met Xi.", date="2025-06-01")
    for _ in range(3):
        say_speed("articles one after another, as a library", articles() * 5)
    gc.set_threshold(COLLECTED_AFTER)  # as the command line does
    for _ in range(5):
        say_speed("articles one after another, as the command", articles() * 5)
    for times in (2, 4, 8):
        say_speed("one text", [corpus(times)])
    print(f"peak memory: {memory_mb():.0f} MB")

    pathological = {
        "10 MB without a full stop": "Russia and China said " * 455_000,
        "100,000 commas": "Russia, " * 100_000,
        "100,000 opening quotation marks": "“ Russia " * 100_000,
        "10 MB of quotations in quotations": '"He said "she said ' * 530_000,
    }
    for name, text in pathological.items():
        before = time.process_time()
        reading = read(text, date="2025-06-01")
        print(
            f"{name}: {time.process_time() - before:.1f} s; {'; '.join(reading.notes) or 'read whole'}"  # noqa: E501
        )
    print(f"peak memory: {memory_mb():.0f} MB")


if __name__ == "__main__":
    main()
