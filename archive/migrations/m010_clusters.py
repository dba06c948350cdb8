"""Clusters: articles that are the same text on several sites, with the evidence and the earliest one."""

from sqlite_utils import Database

from archive import clusters


def apply(db: Database) -> None:
    """Make the sketches that copies are found by, and the clusters; find those of the articles there are."""
    for statement in (*_TABLES, *_TRIGGERS):
        db.execute(statement)
    for _ in clusters.rebuild(db.conn):
        pass


_TABLES = (
    """CREATE TABLE sketches (
        article_id INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
        hashes TEXT NOT NULL CHECK (json_valid(hashes))
    ) STRICT""",
    """CREATE TABLE sketch_hashes (
        hash INTEGER NOT NULL,
        article_id INTEGER NOT NULL,
        PRIMARY KEY (hash, article_id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE clusters (
        id INTEGER PRIMARY KEY,
        earliest_id INTEGER REFERENCES articles(id) ON DELETE SET NULL,
        articles INTEGER NOT NULL DEFAULT 0,
        sources INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX idx_clusters_earliest ON clusters(earliest_id)",
    """CREATE TABLE cluster_articles (
        article_id INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
        cluster_id INTEGER NOT NULL REFERENCES clusters(id) ON DELETE CASCADE,
        like_id INTEGER REFERENCES articles(id) ON DELETE SET NULL,
        similarity REAL NOT NULL,
        shared INTEGER NOT NULL,
        passage TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX idx_cluster_articles_cluster ON cluster_articles(cluster_id)",
    "CREATE INDEX idx_cluster_articles_like ON cluster_articles(like_id)",
)

_ADD_HASHES = (
    "INSERT INTO sketch_hashes (hash, article_id) SELECT value, new.article_id FROM json_each(new.hashes);"
)
_REMOVE_HASHES = (
    "DELETE FROM sketch_hashes WHERE article_id = old.article_id"
    " AND hash IN (SELECT value FROM json_each(old.hashes));"
)


def _figures(cluster: str) -> str:
    members = (
        "cluster_articles JOIN articles ON articles.id = cluster_articles.article_id"
        f" WHERE cluster_articles.cluster_id = {cluster}"
    )
    return f"""UPDATE clusters SET
        earliest_id = (SELECT articles.id FROM {members} ORDER BY dated, articles.id LIMIT 1),
        (articles, sources) = (SELECT count(*), count(DISTINCT source_id) FROM {members})
        WHERE id = {cluster};"""  # noqa: S608


_TRIGGERS = (
    f"CREATE TRIGGER sketch_added AFTER INSERT ON sketches BEGIN {_ADD_HASHES} END",
    f"CREATE TRIGGER sketch_removed AFTER DELETE ON sketches BEGIN {_REMOVE_HASHES} END",
    f"""CREATE TRIGGER sketch_changed AFTER UPDATE OF hashes ON sketches
        BEGIN {_REMOVE_HASHES} {_ADD_HASHES} END""",
    f"""CREATE TRIGGER cluster_joined AFTER INSERT ON cluster_articles
        BEGIN {_figures("new.cluster_id")} END""",
    f"""CREATE TRIGGER cluster_moved AFTER UPDATE OF cluster_id ON cluster_articles
        WHEN old.cluster_id <> new.cluster_id
        BEGIN {_figures("old.cluster_id")} {_figures("new.cluster_id")} END""",
    f"""CREATE TRIGGER cluster_left AFTER DELETE ON cluster_articles BEGIN
        {_figures("old.cluster_id")}
        DELETE FROM clusters WHERE id = old.cluster_id AND sources < 2;
    END""",  # noqa: S608
    f"""CREATE TRIGGER cluster_redated AFTER UPDATE OF dated ON articles
        WHEN old.dated <> new.dated AND EXISTS (SELECT 1 FROM cluster_articles WHERE article_id = new.id)
        BEGIN {_figures("(SELECT cluster_id FROM cluster_articles WHERE article_id = new.id)")} END""",  # noqa: S608
)
