-- One database may hold several environments; each key starts with the environment's name.
-- Keys compare byte by byte (collation "C"), whatever the database's own collation is. PostgreSQL 13 or newer.
-- Times are milliseconds since 1970-01-01T00:00Z. Documents are JSON texts that the database never looks into.
-- Plain SQL: it can be run as it is by any tool, in the schema where the tables are to be.

-- One row. The epoch tells this database's histories from those of any other. An environment derives its own from it and its name, so that it has
-- the same one before its first commit as after it, and nobody who follows an empty environment takes its first commit for a wipe.
-- The generation is the schema's: a program reads and writes one generation, whatever was added to the tables since.
CREATE TABLE flags_store (
  epoch      TEXT NOT NULL,
  generation INTEGER NOT NULL,
  PRIMARY KEY (epoch)
);

INSERT INTO flags_store (epoch, generation) VALUES (replace(CAST(gen_random_uuid() AS TEXT), '-', ''), 1);

-- The head of an environment's history. A commit changes this row first and last: it is what serialises commits.
-- The counts say how many rows belong to the environment, so that rows which something else removed are missed.
CREATE TABLE flags_environment (
  environment   TEXT COLLATE "C" NOT NULL,
  epoch         TEXT NOT NULL,
  revision      BIGINT NOT NULL,
  hash          TEXT NOT NULL,
  settings      TEXT,
  flag_count    INTEGER NOT NULL,
  kill_count    INTEGER NOT NULL,
  rollout_count INTEGER NOT NULL,
  segment_count INTEGER NOT NULL,
  committed_at  BIGINT NOT NULL,
  PRIMARY KEY (environment)
);

-- A flag exists when it has a row here; the definition is null when only a kill latch was ever set.
CREATE TABLE flags_flag (
  environment TEXT COLLATE "C" NOT NULL,
  flag_key    TEXT COLLATE "C" NOT NULL,
  revision    BIGINT NOT NULL,
  definition  TEXT,
  updated_at  BIGINT NOT NULL,
  updated_by  TEXT NOT NULL,
  PRIMARY KEY (environment, flag_key)
);

CREATE TABLE flags_kill (
  environment TEXT COLLATE "C" NOT NULL,
  flag_key    TEXT COLLATE "C" NOT NULL,
  document    TEXT NOT NULL,
  PRIMARY KEY (environment, flag_key)
);

CREATE TABLE flags_rollout (
  environment TEXT COLLATE "C" NOT NULL,
  flag_key    TEXT COLLATE "C" NOT NULL,
  document    TEXT NOT NULL,
  PRIMARY KEY (environment, flag_key)
);

-- The document is null once the segment is removed: its revision stays known.
CREATE TABLE flags_segment (
  environment  TEXT COLLATE "C" NOT NULL,
  segment_name TEXT COLLATE "C" NOT NULL,
  revision     BIGINT NOT NULL,
  document     TEXT,
  PRIMARY KEY (environment, segment_name)
);

-- The members of large segments. The segment's document names the version that counts.
CREATE TABLE flags_segment_member (
  environment  TEXT COLLATE "C" NOT NULL,
  segment_name TEXT COLLATE "C" NOT NULL,
  version      TEXT COLLATE "C" NOT NULL,
  member       TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (environment, segment_name, version, member)
);

-- The history, and the change feed. The payload is kept byte for byte as it was hashed.
CREATE TABLE flags_audit (
  environment TEXT COLLATE "C" NOT NULL,
  revision    BIGINT NOT NULL,
  payload     TEXT NOT NULL,
  hash        TEXT NOT NULL,
  PRIMARY KEY (environment, revision)
);

-- Which flags an entry touches, for one flag's history.
CREATE TABLE flags_audit_key (
  environment TEXT COLLATE "C" NOT NULL,
  flag_key    TEXT COLLATE "C" NOT NULL,
  revision    BIGINT NOT NULL,
  PRIMARY KEY (environment, flag_key, revision)
);

-- Who controls the environment's rollouts, until when, and the fence that rises with each new one. Its records are written under the
-- row's lock. Neither is part of the history.
CREATE TABLE flags_lease (
  environment TEXT COLLATE "C" NOT NULL,
  holder      TEXT NOT NULL,
  fence       BIGINT NOT NULL,
  until_at    BIGINT NOT NULL,
  PRIMARY KEY (environment)
);

CREATE TABLE flags_evidence (
  environment TEXT COLLATE "C" NOT NULL,
  name        TEXT COLLATE "C" NOT NULL,
  document    TEXT NOT NULL,
  PRIMARY KEY (environment, name)
);

-- What calls came to while a rollout ran, as processes report it. Rows are kept for some hours. The percentage is in buckets.
CREATE TABLE flags_outcome (
  environment TEXT COLLATE "C" NOT NULL,
  run         TEXT COLLATE "C" NOT NULL,
  window_at   BIGINT NOT NULL,
  instance    TEXT COLLATE "C" NOT NULL,
  percentage  INTEGER NOT NULL,
  document    TEXT NOT NULL,
  PRIMARY KEY (environment, run, window_at, instance, percentage)
);

-- For removing what is old, whatever run it is of.
CREATE INDEX flags_outcome_window ON flags_outcome (environment, window_at, run);
