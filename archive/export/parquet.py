"""Parquet: a table for data frames and DuckDB; needs the extra ``series-archive[parquet]``."""

from datetime import datetime
from itertools import islice
from typing import Any

from archive.errors import ArchiveError
from archive.export.csv_table import FIELDS
from archive.export.formats import Export

__all__ = ["FIELDS", "write"]

_ROWS = 2000
"""In a row group: what is in memory at once."""
_LISTS = {"authors", "tags"}
_NUMBERS = {"id", "words", "revisions"}
_TIMES = ("dated", "first_seen", "last_seen", "gone_at")
"""What is always in UTC; what publishers state keeps its precision and its offset, so it stays text."""


def write(export: Export) -> None:
    """Write the table, a group of rows at a time.

    Raises:
        ArchiveError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise ArchiveError('Parquet needs pyarrow: pip install "series-archive[parquet]".') from None
    types = {name: pa.string() for name in FIELDS}
    types |= {name: pa.list_(pa.string()) for name in _LISTS} | {name: pa.int64() for name in _NUMBERS}
    types |= dict.fromkeys(_TIMES, pa.timestamp("s", tz="UTC")) | {"text_complete": pa.bool_()}
    schema = pa.schema(list(types.items()))
    with parquet.ParquetWriter(export.binary, schema, compression="zstd") as writer:
        rows = (_row(record) for record in export.records)
        while group := list(islice(rows, _ROWS)):
            writer.write_table(pa.Table.from_pylist(group, schema))


def _row(record: dict[str, Any]) -> dict[str, Any]:
    flat = {"source": record["source"]["name"], "relevance": record["relevance"]["reason"]}
    flat |= {name: datetime.fromisoformat(record[name]) for name in _TIMES if record[name]}
    return {name: flat.get(name, record[name]) for name in FIELDS}
