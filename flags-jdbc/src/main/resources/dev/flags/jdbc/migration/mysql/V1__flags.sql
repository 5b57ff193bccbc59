-- One database may hold several environments; each key starts with the environment's name.
-- Keys compare byte by byte (utf8mb4_bin), whatever the database's own collation is. MySQL 8.0 or newer, MariaDB 10.10 or newer.
-- Statements that make tables commit by themselves here; each can be repeated, so a run that was cut short is run again.
-- Times are milliseconds since 1970-01-01T00:00Z. Documents are JSON texts that the database never looks into.
-- Plain SQL: it can be run as it is by any tool, in the schema where the tables are to be.

-- One row. The epoch tells this database's histories from those of any other. An environment derives its own from it and its name, so that it has
-- the same one before its first commit as after it, and nobody who follows an empty environment takes its first commit for a wipe.
-- The generation is the schema's: a program reads and writes one generation, whatever was added to the tables since.
CREATE TABLE IF NOT EXISTS flags_store (
  epoch      VARCHAR(64) NOT NULL,
  generation INTEGER NOT NULL,
  PRIMARY KEY (epoch)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The head of an environment's history. A commit changes this row first and last: it is what serialises commits.
-- The counts say how many rows belong to the environment, so that rows which something else removed are missed.
CREATE TABLE IF NOT EXISTS flags_environment (
  environment   VARCHAR(100) NOT NULL,
  epoch         VARCHAR(64) NOT NULL,
  revision      BIGINT NOT NULL,
  hash          VARCHAR(64) NOT NULL,
  settings      LONGTEXT,
  flag_count    INTEGER NOT NULL,
  kill_count    INTEGER NOT NULL,
  rollout_count INTEGER NOT NULL,
  segment_count INTEGER NOT NULL,
  committed_at  BIGINT NOT NULL,
  PRIMARY KEY (environment)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A flag exists when it has a row here; the definition is null when only a kill latch was ever set.
CREATE TABLE IF NOT EXISTS flags_flag (
  environment VARCHAR(100) NOT NULL,
  flag_key    VARCHAR(255) NOT NULL,
  revision    BIGINT NOT NULL,
  definition  LONGTEXT,
  updated_at  BIGINT NOT NULL,
  updated_by  LONGTEXT NOT NULL,
  PRIMARY KEY (environment, flag_key)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS flags_kill (
  environment VARCHAR(100) NOT NULL,
  flag_key    VARCHAR(255) NOT NULL,
  document    LONGTEXT NOT NULL,
  PRIMARY KEY (environment, flag_key)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS flags_rollout (
  environment VARCHAR(100) NOT NULL,
  flag_key    VARCHAR(255) NOT NULL,
  document    LONGTEXT NOT NULL,
  PRIMARY KEY (environment, flag_key)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The document is null once the segment is removed: its revision stays known.
CREATE TABLE IF NOT EXISTS flags_segment (
  environment  VARCHAR(100) NOT NULL,
  segment_name VARCHAR(255) NOT NULL,
  revision     BIGINT NOT NULL,
  document     LONGTEXT,
  PRIMARY KEY (environment, segment_name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The members of large segments. The segment's document names the version that counts. Bytes of UTF-8, because every collation that MySQL
-- and MariaDB have in common takes "ada" and "ada " for equal.
CREATE TABLE IF NOT EXISTS flags_segment_member (
  environment  VARCHAR(100) NOT NULL,
  segment_name VARCHAR(255) NOT NULL,
  version      VARCHAR(64) NOT NULL,
  member       VARBINARY(1000) NOT NULL,
  PRIMARY KEY (environment, segment_name, version, member)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The history, and the change feed. The payload is kept byte for byte as it was hashed.
CREATE TABLE IF NOT EXISTS flags_audit (
  environment VARCHAR(100) NOT NULL,
  revision    BIGINT NOT NULL,
  payload     LONGTEXT NOT NULL,
  hash        VARCHAR(64) NOT NULL,
  PRIMARY KEY (environment, revision)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Which flags an entry touches, for one flag's history.
CREATE TABLE IF NOT EXISTS flags_audit_key (
  environment VARCHAR(100) NOT NULL,
  flag_key    VARCHAR(255) NOT NULL,
  revision    BIGINT NOT NULL,
  PRIMARY KEY (environment, flag_key, revision)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who controls the environment's rollouts, until when, and the fence that rises with each new one. Its records are written under the
-- row's lock. Neither is part of the history.
CREATE TABLE IF NOT EXISTS flags_lease (
  environment VARCHAR(100) NOT NULL,
  holder      VARCHAR(255) NOT NULL,
  fence       BIGINT NOT NULL,
  until_at    BIGINT NOT NULL,
  PRIMARY KEY (environment)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS flags_evidence (
  environment VARCHAR(100) NOT NULL,
  name        VARCHAR(255) NOT NULL,
  document    LONGTEXT NOT NULL,
  PRIMARY KEY (environment, name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What calls came to while a rollout ran, as processes report it. Rows are kept for some hours. The percentage is in buckets. The second
-- index is for removing what is old, whatever run it is of.
CREATE TABLE IF NOT EXISTS flags_outcome (
  environment VARCHAR(100) NOT NULL,
  run         VARCHAR(255) NOT NULL,
  window_at   BIGINT NOT NULL,
  instance    VARCHAR(64) NOT NULL,
  percentage  INTEGER NOT NULL,
  document    LONGTEXT NOT NULL,
  PRIMARY KEY (environment, run, window_at, instance, percentage),
  INDEX flags_outcome_window (environment, window_at, run)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Last, so that a schema that was cut short is not taken for whole.
INSERT INTO flags_store (epoch, generation)
SELECT LOWER(HEX(RANDOM_BYTES(16))), 1 FROM (SELECT COUNT(*) AS present FROM flags_store) AS found WHERE found.present = 0;
