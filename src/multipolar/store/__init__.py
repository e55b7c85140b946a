"""The folder of evidence: Parquet tables with a manifest, read through DuckDB."""
