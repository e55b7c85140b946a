"""Reading the UN bulk file of votes (about 360 MB): the package beside DuckDB's own CSV reader.

One command; every reader runs in a process of its own, in turn, the best of ``--repeat`` runs::

    python benchmarks/ingest.py

``load`` is DuckDB's ``CREATE TABLE t AS SELECT * FROM read_csv(file)``; ``scan`` is its lightest
pass over the file. CPU seconds are those of the whole process, imports included. The package
parses, checks every vote against membership on its day, finds the row numbers of what it rejects,
and derives topics and subjects.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))


def read_with_package(file):
    from multipolar.core.declare import Rejects
    from multipolar.sources.unga_votes import read

    rejects = Rejects()
    start = time.perf_counter()
    frames = read([Path(file)], rejects)
    return time.perf_counter() - start, frames["votes"].height + len(rejects.rows)


def read_with_duckdb(file, query):
    import duckdb

    connection = duckdb.connect()
    start = time.perf_counter()
    found = connection.execute(query.format(f"read_csv('{file}')")).fetchall()
    seconds = time.perf_counter() - start
    if query is SCAN:
        return seconds, found[0][0]
    return seconds, connection.execute("SELECT count(*) FROM t").fetchone()[0]


LOAD = "CREATE TABLE t AS SELECT * FROM {}"
SCAN = "SELECT count(undl_id), max(length(title) + length(undl_link)) FROM {}"
READERS = {
    "multipolar": read_with_package,
    "DuckDB load": lambda file: read_with_duckdb(file, LOAD),
    "DuckDB scan": lambda file: read_with_duckdb(file, SCAN),
}


def run_alone(reader, file):
    command = [sys.executable, __file__, "--file", file, "--reader", reader]
    out = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return json.loads(out.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", help="bulk CSV; made from ../shared where it is not given")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.reader:
        seconds, rows = READERS[given.reader](given.file)
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(
            json.dumps(
                {
                    "seconds": seconds,
                    "cpu": used.ru_utime + used.ru_stime,
                    "rows": rows,
                    "peak_mb": used.ru_maxrss / 1024,
                }
            )
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        file = given.file
        if file is None:
            from make_bulk_csv import write_bulk_csv

            file = f"{folder}/ga_voting.csv"
            write_bulk_csv(Path(file))
        compare(file, given.repeat)


def compare(file, repeat):
    print(f"{file}: {Path(file).stat().st_size / 1e6:.0f} MB, best of {repeat}")
    best = {}
    for _ in range(repeat):
        for reader in READERS:
            run = run_alone(reader, file)
            best[reader] = min(run, best.get(reader, run), key=lambda r: r["seconds"])
    own = best["multipolar"]["seconds"]
    print(f"{'reader':<14}{'seconds':>9}{'own/its':>9}{'CPU s':>8}{'peak MB':>9}{'rows':>11}")
    for reader, run in best.items():
        ratio, rows = own / run["seconds"], f"{run['rows']:,}"
        print(
            f"{reader:<14}{run['seconds']:>9.2f}{ratio:>9.2f}{run['cpu']:>8.2f}"
            f"{run['peak_mb']:>9.0f}{rows:>11}"
        )


if __name__ == "__main__":
    main()
