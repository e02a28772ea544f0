"""The text-search side of the topic table: statements that a migration (or a test) runs, by dialect.

SQLite: an FTS5 table over title and excerpt that keeps no copy of them, and its vocabulary. PostgreSQL: a table of
tsvectors with a GIN index. On both, triggers follow every change of the rows, and a changed title or excerpt empties
the vectors, so that no topic is ever judged by words it no longer has.
"""

from __future__ import annotations

# Counts the changes of a workspace's topics that processes holding codes in memory must see.
_CLOCK = """CREATE TABLE topic_search_clock (
    workspace_id bigint PRIMARY KEY REFERENCES workspace (id) ON DELETE CASCADE,
    version bigint NOT NULL)"""

_SQLITE_UP = (
    _CLOCK,
    # detail=full: with less, bm25 silently gives every row the same rank.
    """CREATE VIRTUAL TABLE topic_search USING fts5(
        title, excerpt, content='topic', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2', detail='full')""",
    "INSERT INTO topic_search(topic_search, rank) VALUES ('rank', 'bm25(2.0, 1.0)')",
    "CREATE VIRTUAL TABLE topic_search_words USING fts5vocab('topic_search', 'row')",
    """CREATE TRIGGER topic_search_insert AFTER INSERT ON topic BEGIN
        INSERT INTO topic_search(rowid, title, excerpt) VALUES (new.id, new.title, new.excerpt);
    END""",
    """CREATE TRIGGER topic_search_delete AFTER DELETE ON topic BEGIN
        INSERT INTO topic_search(topic_search, rowid, title, excerpt)
        VALUES ('delete', old.id, old.title, old.excerpt);
    END""",
    """CREATE TRIGGER topic_search_update AFTER UPDATE OF title, excerpt ON topic
    WHEN old.title <> new.title OR old.excerpt <> new.excerpt BEGIN
        INSERT INTO topic_search(topic_search, rowid, title, excerpt)
        VALUES ('delete', old.id, old.title, old.excerpt);
        INSERT INTO topic_search(rowid, title, excerpt) VALUES (new.id, new.title, new.excerpt);
        UPDATE topic SET code = NULL, vector = NULL, e5_vector = NULL WHERE id = new.id;
    END""",
    "INSERT INTO topic_search(topic_search) VALUES ('rebuild')",
)

_SQLITE_DOWN = (
    "DROP TRIGGER IF EXISTS topic_search_insert",
    "DROP TRIGGER IF EXISTS topic_search_delete",
    "DROP TRIGGER IF EXISTS topic_search_update",
    "DROP TABLE IF EXISTS topic_search_words",
    "DROP TABLE IF EXISTS topic_search",
    "DROP TABLE IF EXISTS topic_search_clock",
)

# What the default parser would read as parts of addresses, tags, signs or compound words.
_JOINING = "-_./:@&~+<>?=#;"

_POSTGRESQL_UP = (
    _CLOCK,
    # The same folding as words.plain: accents off, punctuation to spaces, so that the parser sees only words.
    f"""CREATE FUNCTION topic_search_words(title text, excerpt text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
        SELECT to_tsvector('pg_catalog.simple', translate(
            normalize(regexp_replace(normalize(title || ' ' || excerpt, NFD), '[\u0300-\u036f]+', '', 'g'), NFC),
            '{_JOINING}', '{" " * len(_JOINING)}'))
    $body$""",
    """CREATE TABLE topic_search (
        topic_id bigint PRIMARY KEY REFERENCES topic (id) ON DELETE CASCADE,
        workspace_id integer NOT NULL,
        category_id integer,
        words tsvector NOT NULL)""",
    # The planner's list of frequent words is what tells rare ones from frequent ones.
    "ALTER TABLE topic_search ALTER COLUMN words SET STATISTICS 300",
    """CREATE FUNCTION topic_search_follow() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
        INSERT INTO topic_search (topic_id, workspace_id, category_id, words)
        VALUES (new.id, new.workspace_id, new.category_id, topic_search_words(new.title, new.excerpt))
        ON CONFLICT (topic_id) DO UPDATE
        SET workspace_id = excluded.workspace_id, category_id = excluded.category_id, words = excluded.words;
        RETURN NULL;
    END $body$""",
    """CREATE FUNCTION topic_search_forget() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
        IF new.title <> old.title OR new.excerpt <> old.excerpt THEN
            new.code := NULL; new.vector := NULL; new.e5_vector := NULL;
        END IF;
        RETURN new;
    END $body$""",
    """CREATE TRIGGER topic_search_insert AFTER INSERT ON topic
    FOR EACH ROW EXECUTE FUNCTION topic_search_follow()""",
    """CREATE TRIGGER topic_search_update AFTER UPDATE OF title, excerpt, category_id, workspace_id ON topic
    FOR EACH ROW WHEN ((old.title, old.excerpt, old.category_id, old.workspace_id)
        IS DISTINCT FROM (new.title, new.excerpt, new.category_id, new.workspace_id))
    EXECUTE FUNCTION topic_search_follow()""",
    """CREATE TRIGGER topic_search_edited BEFORE UPDATE OF title, excerpt ON topic
    FOR EACH ROW EXECUTE FUNCTION topic_search_forget()""",
    """INSERT INTO topic_search (topic_id, workspace_id, category_id, words)
    SELECT id, workspace_id, category_id, topic_search_words(title, excerpt) FROM topic""",
    # fastupdate off: no query ever has to wade through a list of pending entries.
    "CREATE INDEX ix_topic_search_words ON topic_search USING gin (words) WITH (fastupdate = off)",
)

_POSTGRESQL_DOWN = (
    "DROP TRIGGER IF EXISTS topic_search_insert ON topic",
    "DROP TRIGGER IF EXISTS topic_search_update ON topic",
    "DROP TRIGGER IF EXISTS topic_search_edited ON topic",
    "DROP TABLE IF EXISTS topic_search",
    "DROP TABLE IF EXISTS topic_search_clock",
    "DROP FUNCTION IF EXISTS topic_search_follow()",
    "DROP FUNCTION IF EXISTS topic_search_forget()",
    "DROP FUNCTION IF EXISTS topic_search_words(text, text)",
)


def upgrade(dialect: str) -> tuple[str, ...]:
    """The statements that add text search to an existing topic table; `dialect` is "sqlite" or "postgresql"."""
    return {"sqlite": _SQLITE_UP, "postgresql": _POSTGRESQL_UP}[dialect]


def downgrade(dialect: str) -> tuple[str, ...]:
    """The statements that take it away again, whatever part of it is there."""
    return {"sqlite": _SQLITE_DOWN, "postgresql": _POSTGRESQL_DOWN}[dialect]


def is_ours(table_name: str) -> bool:
    """Whether a table belongs to text search, so that migration autogenerate leaves it alone."""
    return table_name == "topic_search" or table_name.startswith("topic_search_")
