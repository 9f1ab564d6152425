"""The demo company: raw data of a B2B software vendor, generated inside DuckDB. See README.md."""
