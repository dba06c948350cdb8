"""Articles for other tools: what an exported article is (records), and one file a format."""

from archive.export import json_array, json_lines
from archive.export.files import writing
from archive.export.records import SCHEMA, read_records

__all__ = ["FORMATS", "SCHEMA", "read_records", "writing"]

FORMATS = {"jsonl": json_lines.write, "json": json_array.write}
"""By name: functions that write records to a text stream as they come."""
