"""The store: tables by name, with their provenance, whatever layer they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from multipolar.core.choices import canonical_hash
from multipolar.core.declare import STARTER, Source, Table
from multipolar.core.errors import StoreError, TableMissing, UnknownName
from multipolar.sources import SOURCES
from multipolar.store import checks, exporting, frames, ingest, starter
from multipolar.store.location import default_folder
from multipolar.store.manifest import (
    Entry,
    Manifest,
    Provenance,
    StoredColumn,
    read_manifest,
    rejects_file,
    stored_columns,
)
from multipolar.store.session import Session, check_query

if TYPE_CHECKING:
    import ibis.expr.types as ir

Progress = Callable[[str, int, int | None], None]


class Store:
    """A folder of evidence, with the starter record of the package underneath.

    A table that the user added or fetched replaces the starter table of the same name;
    :meth:`provenance` says which of the two is in use. Opening writes nothing.

    Examples
    --------
    >>> store = Store.open("/nonexistent/folder")
    >>> store.path.name
    'folder'
    """

    def __init__(self, path: Path, pins: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.pins = dict(pins or {})
        self._manifest: Manifest = read_manifest(path)
        self._offered: dict[str, Source] | None = None
        self._readings: dict[str, starter.StarterReading] = {}
        self._rows: dict[str, pl.DataFrame] = {}
        self._provenances: dict[str, Provenance] = {}
        self._sql: Session | None = None
        self._ibis: tuple[Session, Any] | None = None

    @classmethod
    def open(
        cls, path: str | Path | None = None, *, pins: Mapping[str, str] | None = None
    ) -> Store:
        """Open the store at ``path``; the folder need not exist.

        Parameters
        ----------
        path : str or Path, optional
            Without it: the setting ``store`` (``MULTIPOLAR_STORE``, ``multipolar.toml``), else the
            user's data folder.
        pins : mapping, optional
            Vintage to use per table, where it is not the newest; ``"starter"`` for the starter
            record.

        Raises
        ------
        StoreError
            The manifest is damaged, or the path is a file.
        UnknownName
            A pin names a table or a vintage that the store does not have.
        """
        folder = Path(path) if path is not None else default_folder()
        store = cls(folder.expanduser())
        for table, vintage in (pins or {}).items():
            store = store.use(table, vintage)
        return store

    def use(self, table: str, vintage: str) -> Store:
        """Return the same store with one table pinned to a vintage; see :meth:`open`.

        Raises
        ------
        UnknownName
            The store has no such table or vintage.
        """
        if vintage == STARTER:
            if table not in self._starter_tables():
                raise UnknownName.among("starter table", table, self._starter_tables())
        else:
            self._known(table)
            self._manifest.vintage(table, vintage)
        return Store(self.path, {**self.pins, table: vintage})

    def tables(self) -> list[str]:
        """Sorted names of the tables there are: added, fetched, and of the starter record."""
        return sorted({*self._manifest.tables(), *self._starter_tables()})

    def table(self, name: str) -> ir.Table:
        """Rows of a table as an Ibis table on DuckDB, read in place.

        Raises
        ------
        TableMissing
            No table of that name.
        StoreError
            Its file is gone or damaged.
        """
        import ibis  # noqa: PLC0415 - half a second, and frames do not need it

        if self._ibis is None:
            # A session of its own: what is done through Ibis cannot block sql() and frame().
            session = Session()
            self._ibis = session, ibis.duckdb.from_connection(session.connection)
        self._bind(self._ibis[0], name)
        return self._ibis[1].table(name)

    def frame(self, name: str) -> pl.DataFrame:
        """Rows of a table as a polars frame; errors as in :meth:`table`."""
        if self._entry(name) is None:
            return self._starter_rows(name)
        session = self._session()
        self._bind(session, name)
        return session.query(f"SELECT * FROM {frames.identifier(name)}")

    def scan(self, name: str) -> pl.LazyFrame:
        """Rows of a table, not read yet: columns and rows nobody asks for stay in the file.

        Raises
        ------
        TableMissing, StoreError
            As in :meth:`table`; a file damaged inside shows when the frame is collected.

        Examples
        --------
        >>> Store.open("/nonexistent/folder").scan("memberships").select("org").collect().width
        1
        """
        entry = self._entry(name)
        if entry is None:
            return self._starter_rows(name).lazy()
        hint = f"multipolar source add {entry.source} FILE   (raw files: {self.path / 'raw'})"
        path = self._parquet(entry, hint)
        try:
            lazy = pl.scan_parquet(path)
            lazy.collect_schema()
        except pl.exceptions.PolarsError as error:
            reason = frames.first_line(error)
            raise StoreError(f"{path} is damaged: {reason}", hint=hint) from error
        return lazy

    def sql(self, query: str) -> pl.DataFrame:
        """Answer to one SQL query (DuckDB dialect) over the tables of the store.

        Raises
        ------
        BadOption
            The text is not one query, or DuckDB does not understand it.

        Examples
        --------
        >>> store = Store.open("/nonexistent/folder")
        >>> store.sql("SELECT count(*) AS n FROM memberships WHERE state = 'FIN'")["n"].item() > 0
        True
        """
        check_query(query)
        session, words = self._session(), query.casefold()
        for name in self.tables():
            if name.casefold() in words:
                self._bind(session, name)
        return session.query(query, self.tables())

    def provenance(self, name: str) -> Provenance:
        """Where the rows of a table come from; see :class:`Provenance`.

        Examples
        --------
        >>> Store.open("/nonexistent/folder").provenance("memberships").kind
        'starter'
        """
        entry = self._entry(name)
        if entry is not None:
            return entry.provenance()
        if name not in self._provenances:
            recorded = starter.recorded_provenance(self._starter_tables()[name], name)
            self._provenances[name] = recorded or starter.starter_provenance(
                *self._starter_table(name), self._starter_rows(name)
            )
        return self._provenances[name]

    def columns(self, name: str) -> tuple[StoredColumn, ...]:
        """Columns of a table as its source declares them: name, dtype, meaning, unit."""
        entry = self._entry(name)
        return entry.columns if entry is not None else stored_columns(self._starter_table(name)[1])

    def vintages(self, name: str) -> list[str]:
        """Vintages a table can be pinned to, oldest first; ``"starter"`` where there is one."""
        self._known(name)
        first = [STARTER] if name in self._starter_tables() else []
        return first + [e.vintage for e in self._manifest.of_table(name)]

    def status(self) -> pl.DataFrame:
        """One row per table with what :class:`Provenance` says of it, except the files."""
        fields = ("source", "kind", "vintage", "rows", "rejects", "first", "last", "retrieved")
        rows = [self.provenance(name) for name in self.tables()]
        columns = {"table": [p.table for p in rows]}
        columns |= {f: [getattr(p, f) for p in rows] for f in (*fields, "sha256")}
        types = dict.fromkeys(columns, pl.String) | {"rows": pl.Int64, "rejects": pl.Int64}
        return pl.DataFrame(columns, schema=types)

    def rejects(self, source: str) -> pl.DataFrame:
        """Rows of a source that could not be used: table, file, row, column, value, reason.

        Of the vintage in use; of the starter files where nothing was added. Empty when every row
        was used.
        """
        declared = SOURCES[source] if source in SOURCES.names() else None
        entry = self._rejecting_entry(source)
        if entry is not None:
            path = rejects_file(self.path, source, entry.vintage)
            return pl.read_parquet(path) if path.exists() else checks.rejects_frame([])
        if declared is None:
            known = {*SOURCES.names(), *(e.source for e in self._manifest.entries)}
            raise UnknownName.among("source", source, known, hint="multipolar source list")
        rows = self._reading(declared).rejects.rows if declared.starter else []
        return checks.rejects_frame(rows)

    def content_hash(self, *tables: str) -> str:
        """sha256 over the rows of the named tables (all of them without a name).

        Two stores with the same rows give the same hash, whatever files the rows came from and in
        whatever order they stand.
        """
        names = sorted(set(tables)) or self.tables()
        return canonical_hash({name: self.provenance(name).sha256 for name in names})

    def export(
        self,
        what: str | pl.DataFrame | ir.Table,
        path: str | Path,
        format: str | None = None,  # noqa: A002 - the name of the command's option
        *,
        force: bool = False,
    ) -> Path:
        """Write a table, an SQL query or a frame as csv, parquet, dta or xlsx.

        Parameters
        ----------
        what : str, DataFrame or Ibis table
            Name of a table, or an SQL query, or a frame.
        path : str or Path
            File to write; its ending decides the format unless ``format`` does.
        format : {"csv", "parquet", "dta", "xlsx"}, optional
        force : bool
            Overwrite an existing file.

        Returns
        -------
        Path
            The file. Stata files carry the meaning of each column as variable label.

        Raises
        ------
        BadOption
            Unknown format, or the file exists and ``force`` is not set.
        """
        labels: dict[str, str] = {}
        if isinstance(what, str) and not what.strip().count(" "):
            self._known(what)
            labels = {c.name: c.meaning for c in self.columns(what)}
            data = self.frame(what)
        elif isinstance(what, str):
            data = self.sql(what)
        else:
            data = what if isinstance(what, pl.DataFrame) else what.to_polars()
        return exporting.export_frame(data, Path(path), format, labels=labels, force=force)

    def add(
        self,
        source: str | Source,
        paths: Sequence[str | Path] | str | Path,
        *,
        progress: Progress | None = None,
    ) -> list[Provenance]:
        """Read local files of a source into the store; they replace the tables they hold.

        Parameters
        ----------
        source : str or Source
            Name of a source, or a declaration of one's own.
        paths : path or sequence of paths
            Files in the publisher's format; a folder stands for the files in it.
        progress : callable, optional
            Called with (what is being done, bytes done, bytes in total or None).

        Returns
        -------
        list of Provenance
            One per table written.

        Raises
        ------
        TermsForbid, SchemaMismatch, CheckFailed
            The source may not be used, or the files are not what it expects.
        StoreBusy, StoreFull, StoreError
            The folder cannot be written; its last good state is untouched.
        """
        declared = SOURCES[source] if isinstance(source, str) else source
        given = [paths] if isinstance(paths, str | Path) else list(paths)
        entries = ingest.add_files(self.path, declared, [Path(p) for p in given], progress)
        self._forget()
        return [e.provenance() for e in entries]

    def fetch(
        self,
        source: str | Source,
        *,
        offline: bool = False,
        progress: Progress | None = None,
    ) -> list[Provenance]:
        """Download the files of a source and read them into the store; see :meth:`add`.

        Raises
        ------
        DownloadFailed, ChecksumMismatch
            In addition to the errors of :meth:`add`.
        """
        declared = SOURCES[source] if isinstance(source, str) else source
        entries = ingest.fetch_files(self.path, declared, offline=offline, progress=progress)
        self._forget()
        return [e.provenance() for e in entries]

    def _forget(self) -> None:
        """Look at the folder afresh after a write."""
        self._manifest = read_manifest(self.path)
        self._sql, self._ibis = None, None

    def _session(self) -> Session:
        if self._sql is None:
            self._sql = Session()
        return self._sql

    def _starter_tables(self) -> dict[str, Source]:
        """Starter tables and their sources; of two sources with one table the first by name."""
        if self._offered is None:
            self._offered = {}
            for source in starter.starter_sources():
                for table in source.tables:
                    self._offered.setdefault(table.name, source)
        return self._offered

    def _known(self, name: str) -> None:
        if name not in self.tables():
            raise TableMissing(
                str(UnknownName.among("table", name, self.tables())), hint="multipolar store status"
            )

    def _entry(self, name: str) -> Entry | None:
        """Entry in use, or None where the starter record is."""
        self._known(name)
        pin = self.pins.get(name)
        if pin == STARTER or not self._manifest.of_table(name):
            return None
        return self._manifest.vintage(name, pin) if pin else self._manifest.current(name)

    def _rejecting_entry(self, source: str) -> Entry | None:
        """Entry of ``source`` in use; its newest one where another source's rows are in use."""
        every = [e for e in self._manifest.entries if e.source == source]
        in_use = [e for e in map(self._entry, self._manifest.tables()) if e in every]
        pinned_to_starter = every and all(self.pins.get(e.table) == STARTER for e in every)
        return (
            None if pinned_to_starter else max(in_use or every[-1:], key=every.index, default=None)
        )

    def _reading(self, source: Source) -> starter.StarterReading:
        if source.name not in self._readings:
            self._readings[source.name] = starter.read_starter(source)
        return self._readings[source.name]

    def _starter_table(self, name: str) -> tuple[starter.StarterReading, Table]:
        source = self._starter_tables()[name]
        return self._reading(source), starter.declared_table(source, name)

    def _starter_rows(self, name: str) -> pl.DataFrame:
        if name not in self._rows:
            self._rows[name] = starter.starter_rows(*self._starter_table(name))
        return self._rows[name]

    def _bind(self, session: Session, name: str) -> None:
        """Make a table known to ``session`` under its name."""
        entry = self._entry(name)
        if session.knows(name):
            return
        if entry is None:
            session.bind_rows(name, self._starter_rows(name))
        else:
            hint = f"multipolar source add {entry.source} FILE   (raw files: {self.path / 'raw'})"
            session.bind_parquet(name, self._parquet(entry, hint), hint)

    def _parquet(self, entry: Entry, hint: str) -> Path:
        """File of an entry, if it still has the size it was written with."""
        path = entry.parquet(self.path)
        if not path.exists():
            raise StoreError(f"{path} is gone from the store", hint=hint)
        size = path.stat().st_size
        if size != entry.size:
            raise StoreError(f"{path} has {size:,} bytes instead of {entry.size:,}", hint=hint)
        return path
