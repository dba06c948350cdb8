"""Search: the articles of one transaction may come into the index together, at its end."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Have the triggers that keep the index leave alone what awaits it (`archive.text_index.add`)."""
    for statement in make_triggers(_FACTS, _COLUMNS):
        db.execute(statement)


_DAY = "coalesce(CAST(strftime('%s', substr(new.dated, 1, 10)) AS INTEGER) / 86400, 0)"
_NEXT_PLACE = f"""(SELECT coalesce(max(place), {_DAY} << 24) + 1 FROM search_entries
    WHERE place BETWEEN {_DAY} << 24 AND ({_DAY} << 24) + 16777215)"""  # noqa: S608
_FACTS = """search_facts((SELECT name FROM sources WHERE id = new.source_id),
    new.language, new.access, new.dated)"""

_ADD = """INSERT INTO articles_fts (rowid, title, standfirst, authors, tags, text, facts)
    SELECT place, search_text(new.title), search_text(new.standfirst), search_text(new.authors),
        search_text(new.tags), search_text(new.text), facts
    FROM search_entries WHERE article_id = new.id AND NOT awaits_index(new.id);"""

_REMOVE = """INSERT INTO articles_fts (articles_fts, rowid, title, standfirst, authors, tags, text, facts)
    SELECT 'delete', place, search_text(old.title), search_text(old.standfirst), search_text(old.authors),
        search_text(old.tags), search_text(old.text), facts
    FROM search_entries WHERE article_id = old.id AND NOT awaits_index(old.id);"""

_COLUMNS = ("title", "standfirst", "authors", "tags", "text", "source_id", "language", "access", "dated")


def make_triggers(facts: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Give the statements that make the triggers anew, with these facts of ``new``, for these columns."""
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("old", "new"))
    return (
        *(f"DROP TRIGGER IF EXISTS articles_{name}" for name in ("indexed", "unindexed", "reindexed")),
        f"""CREATE TRIGGER articles_indexed AFTER INSERT ON articles BEGIN
            INSERT INTO search_entries (place, article_id, facts) VALUES ({_NEXT_PLACE}, new.id, {facts});
            {_ADD}
        END""",  # noqa: S608
        f"""CREATE TRIGGER articles_unindexed AFTER DELETE ON articles BEGIN
            {_REMOVE}
            DELETE FROM search_entries WHERE article_id = old.id;
        END""",  # noqa: S608
        f"""CREATE TRIGGER articles_reindexed AFTER UPDATE OF {", ".join(columns)} ON articles
            WHEN ({old}) IS NOT ({new}) BEGIN
            {_REMOVE}
            UPDATE search_entries SET facts = {facts},
                place = iif(place >> 24 = {_DAY}, place, {_NEXT_PLACE}) WHERE article_id = new.id;
            {_ADD}
        END""",  # noqa: S608
    )
