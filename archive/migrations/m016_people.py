"""How many articles name each person of a series: counted as they come, for the front page."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Make the table of people, the triggers that keep it, and fill it."""
    for statement in _STATEMENTS:
        db.execute(statement)


_ONLY = """{row}.kind = 'person' AND NOT EXISTS (
    SELECT 1 FROM mentions WHERE article_id = {row}.article_id AND +series_id = {row}.series_id
        AND name = {row}.name AND kind = 'person' AND id <> {row}.id)"""
"""The only mention of a person in its article. The plus keeps SQLite from reading all of the series."""

_STATEMENTS = (
    """CREATE TABLE people (
        series_id INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        articles INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (series_id, name)
    ) STRICT, WITHOUT ROWID""",
    f"""CREATE TRIGGER person_mentioned AFTER INSERT ON mentions WHEN {_ONLY.format(row="new")} BEGIN
        INSERT INTO people (series_id, name, articles) VALUES (new.series_id, new.name, 1)
            ON CONFLICT DO UPDATE SET articles = articles + 1;
    END""",  # noqa: S608
    f"""CREATE TRIGGER person_unmentioned AFTER DELETE ON mentions WHEN {_ONLY.format(row="old")} BEGIN
        UPDATE people SET articles = articles - 1 WHERE series_id = old.series_id AND name = old.name;
        DELETE FROM people WHERE series_id = old.series_id AND name = old.name AND articles = 0;
    END""",  # noqa: S608
    """INSERT INTO people (series_id, name, articles)
        SELECT series_id, name, count(DISTINCT article_id) FROM mentions
        WHERE kind = 'person' GROUP BY series_id, name""",
)
