"""The first schema: series, sources, frontier, captures, articles, revisions, crawls, search."""

from sqlite_utils import Database


def apply(db: Database) -> None:
    """Make series, sources, the frontier, captures, articles with their revisions, crawls."""
    for statement in (*_TABLES, *_SUMMARIES, *_SEARCH):
        db.execute(statement)


_TABLES = (
    """CREATE TABLE about (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        title TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    ) STRICT""",
    """CREATE TABLE series_names (
        series_id INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('name', 'alias', 'person', 'studio')),
        PRIMARY KEY (series_id, kind, name)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE sources (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        home TEXT NOT NULL,
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
        articles INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    """CREATE TABLE discoveries (
        id INTEGER PRIMARY KEY,
        source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        url TEXT NOT NULL,
        status INTEGER,
        error TEXT,
        etag TEXT,
        last_modified TEXT,
        digest TEXT,
        checked_at TEXT,
        changed_at TEXT,
        next_due TEXT,
        failures INTEGER NOT NULL DEFAULT 0,
        UNIQUE (source_id, url)
    ) STRICT""",
    """CREATE TABLE captures (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL,
        captured_at TEXT NOT NULL,
        status INTEGER NOT NULL,
        content_type TEXT,
        file TEXT NOT NULL,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL,
        digest TEXT NOT NULL,
        UNIQUE (file, offset)
    ) STRICT""",
    "CREATE INDEX idx_captures_url ON captures(url)",
    """CREATE TABLE articles (
        id INTEGER PRIMARY KEY,
        source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
        url TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        standfirst TEXT,
        authors TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(authors)),
        published TEXT,
        published_utc TEXT,
        modified TEXT,
        language TEXT,
        site_name TEXT,
        image TEXT,
        tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
        access TEXT NOT NULL DEFAULT 'unknown'
            CHECK (access IN ('free', 'registration', 'metered', 'paywalled', 'unknown')),
        text_complete INTEGER NOT NULL DEFAULT 1 CHECK (text_complete IN (0, 1)),
        words INTEGER NOT NULL,
        relevance TEXT NOT NULL,
        revision_id INTEGER REFERENCES revisions(id) DEFERRABLE INITIALLY DEFERRED,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        gone_at TEXT,
        dated TEXT NOT NULL,
        text TEXT NOT NULL  -- last: SQLite reads a row from its beginning, and seldom this far
    ) STRICT""",
    "CREATE INDEX idx_articles_source ON articles(source_id, dated DESC)",
    "CREATE INDEX idx_articles_dated ON articles(dated DESC)",
    "CREATE INDEX idx_articles_access ON articles(access)",
    "CREATE INDEX idx_articles_language ON articles(language)",
    """CREATE TABLE pages (
        id INTEGER PRIMARY KEY,
        source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
        url TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL DEFAULT 'new'
            CHECK (state IN ('new', 'kept', 'skipped', 'failed', 'gone', 'refused', 'alias')),
        reason TEXT,
        article_id INTEGER REFERENCES articles(id) ON DELETE SET NULL,
        status INTEGER,
        etag TEXT,
        last_modified TEXT,
        digest TEXT,
        lastmod TEXT,
        first_seen TEXT NOT NULL,
        last_fetched TEXT,
        next_due TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        unchanged INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX idx_pages_due ON pages(source_id, next_due)",
    "CREATE INDEX idx_pages_new ON pages(source_id, lastmod DESC) WHERE state = 'new'",
    "CREATE INDEX idx_pages_state ON pages(state)",
    "CREATE INDEX idx_pages_source ON pages(source_id, state, last_fetched)",
    "CREATE INDEX idx_pages_article ON pages(article_id)",
    """CREATE TABLE provenance (
        page_id INTEGER NOT NULL REFERENCES pages(id) ON DELETE CASCADE,
        discovery_id INTEGER NOT NULL REFERENCES discoveries(id) ON DELETE CASCADE,
        found_at TEXT NOT NULL,
        title TEXT,
        author TEXT,
        published TEXT,
        modified TEXT,
        excerpt TEXT,
        PRIMARY KEY (page_id, discovery_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX idx_provenance_discovery ON provenance(discovery_id)",
    """CREATE TABLE crawls (
        id INTEGER PRIMARY KEY,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        outcome TEXT NOT NULL DEFAULT 'running'
            CHECK (outcome IN ('running', 'finished', 'interrupted', 'failed')),
        version TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE crawl_sources (
        crawl_id INTEGER NOT NULL REFERENCES crawls(id) ON DELETE CASCADE,
        source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
        found INTEGER NOT NULL DEFAULT 0,
        fetched INTEGER NOT NULL DEFAULT 0,
        unchanged INTEGER NOT NULL DEFAULT 0,
        kept INTEGER NOT NULL DEFAULT 0,
        skipped INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        error TEXT,
        PRIMARY KEY (crawl_id, source_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX idx_crawl_sources_source ON crawl_sources(source_id)",
    """CREATE TABLE fetches (
        id INTEGER PRIMARY KEY,
        page_id INTEGER NOT NULL REFERENCES pages(id) ON DELETE CASCADE,
        crawl_id INTEGER REFERENCES crawls(id) ON DELETE SET NULL,
        url TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        status INTEGER,
        error TEXT,
        outcome TEXT NOT NULL CHECK (outcome IN
            ('kept', 'skipped', 'failed', 'gone', 'refused', 'alias', 'unchanged', 'held back')),
        seconds REAL,
        bytes INTEGER NOT NULL DEFAULT 0,
        capture_id INTEGER REFERENCES captures(id) ON DELETE SET NULL
    ) STRICT""",
    "CREATE INDEX idx_fetches_page ON fetches(page_id)",
    "CREATE INDEX idx_fetches_crawl ON fetches(crawl_id)",
    "CREATE INDEX idx_fetches_capture ON fetches(capture_id)",
    """CREATE TABLE revisions (
        id INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('first', 'publisher', 'rules')),
        changed TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(changed)),
        seen_at TEXT NOT NULL,
        capture_id INTEGER REFERENCES captures(id) ON DELETE SET NULL,
        rules_version TEXT NOT NULL,
        title TEXT NOT NULL,
        standfirst TEXT,
        authors TEXT NOT NULL CHECK (json_valid(authors)),
        published TEXT,
        modified TEXT,
        language TEXT,
        site_name TEXT,
        canonical_url TEXT,
        image TEXT,
        tags TEXT NOT NULL CHECK (json_valid(tags)),
        access TEXT NOT NULL,
        access_evidence TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(access_evidence)),
        text_complete INTEGER NOT NULL CHECK (text_complete IN (0, 1)),
        text TEXT NOT NULL,
        html TEXT NOT NULL,
        witnesses TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(witnesses)),
        UNIQUE (article_id, number)
    ) STRICT""",
    "CREATE INDEX idx_revisions_capture ON revisions(capture_id)",
    "CREATE INDEX idx_revisions_kind ON revisions(kind)",
    """CREATE TABLE removed_blocks (
        id INTEGER PRIMARY KEY,
        revision_id INTEGER NOT NULL REFERENCES revisions(id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        rule TEXT NOT NULL,
        reason TEXT NOT NULL,
        text TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX idx_removed_blocks_revision ON removed_blocks(revision_id)",
    "CREATE INDEX idx_removed_blocks_rule ON removed_blocks(rule)",
    """CREATE TABLE mentions (
        id INTEGER PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        series_id INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        field TEXT NOT NULL,
        count INTEGER NOT NULL,
        passage TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX idx_mentions_article ON mentions(article_id)",
    "CREATE INDEX idx_mentions_series ON mentions(series_id)",
    """CREATE TABLE authors (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    ) STRICT""",
    """CREATE TABLE article_authors (
        article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        author_id INTEGER NOT NULL REFERENCES authors(id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        PRIMARY KEY (article_id, author_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX idx_article_authors_author ON article_authors(author_id)",
)

_SUMMARIES = (
    """CREATE TABLE coverage (
        month TEXT NOT NULL,
        source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
        articles INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (month, source_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX idx_coverage_source ON coverage(source_id)",
    """CREATE TRIGGER articles_counted AFTER INSERT ON articles BEGIN
        UPDATE sources SET articles = articles + 1 WHERE id = new.source_id;
        INSERT INTO coverage (month, source_id, articles) VALUES (substr(new.dated, 1, 7), new.source_id, 1)
            ON CONFLICT DO UPDATE SET articles = articles + 1;
    END""",
    """CREATE TRIGGER articles_uncounted AFTER DELETE ON articles BEGIN
        UPDATE sources SET articles = articles - 1 WHERE id = old.source_id;
        UPDATE coverage SET articles = articles - 1
            WHERE month = substr(old.dated, 1, 7) AND source_id = old.source_id;
        DELETE FROM coverage
            WHERE month = substr(old.dated, 1, 7) AND source_id = old.source_id AND articles = 0;
    END""",
    """CREATE TRIGGER articles_recounted AFTER UPDATE OF dated, source_id ON articles
        WHEN substr(old.dated, 1, 7) <> substr(new.dated, 1, 7) OR old.source_id <> new.source_id BEGIN
        UPDATE sources SET articles = articles - 1 WHERE id = old.source_id;
        UPDATE coverage SET articles = articles - 1
            WHERE month = substr(old.dated, 1, 7) AND source_id = old.source_id;
        DELETE FROM coverage
            WHERE month = substr(old.dated, 1, 7) AND source_id = old.source_id AND articles = 0;
        UPDATE sources SET articles = articles + 1 WHERE id = new.source_id;
        INSERT INTO coverage (month, source_id, articles) VALUES (substr(new.dated, 1, 7), new.source_id, 1)
            ON CONFLICT DO UPDATE SET articles = articles + 1;
    END""",
)

_SEARCH = (
    """CREATE VIEW articles_text AS SELECT id,
        index_text(title) AS title, index_text(standfirst) AS standfirst, index_text(authors) AS authors,
        index_text(tags) AS tags, index_text(text) AS text
        FROM articles""",
    """CREATE VIRTUAL TABLE articles_fts USING fts5(title, standfirst, authors, tags, text,
        content='articles_text', content_rowid='id', tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER articles_indexed AFTER INSERT ON articles BEGIN
        INSERT INTO articles_fts (rowid, title, standfirst, authors, tags, text)
            SELECT id, title, standfirst, authors, tags, text FROM articles_text WHERE id = new.id;
    END""",
    """CREATE TRIGGER articles_unindexed AFTER DELETE ON articles BEGIN
        INSERT INTO articles_fts (articles_fts, rowid, title, standfirst, authors, tags, text)
            VALUES ('delete', old.id, index_text(old.title), index_text(old.standfirst),
                index_text(old.authors), index_text(old.tags), index_text(old.text));
    END""",
    """CREATE TRIGGER articles_reindexed AFTER UPDATE OF title, standfirst, authors, tags, text ON articles
        WHEN (old.title, old.standfirst, old.authors, old.tags, old.text)
            IS NOT (new.title, new.standfirst, new.authors, new.tags, new.text)
        BEGIN
        INSERT INTO articles_fts (articles_fts, rowid, title, standfirst, authors, tags, text)
            VALUES ('delete', old.id, index_text(old.title), index_text(old.standfirst),
                index_text(old.authors), index_text(old.tags), index_text(old.text));
        INSERT INTO articles_fts (rowid, title, standfirst, authors, tags, text)
            SELECT id, title, standfirst, authors, tags, text FROM articles_text WHERE id = new.id;
    END""",
)
