-- Who may do what with the flags tables, by least privilege. Run it in the database and schema of the tables (search_path), as their owner, after
-- `flags db migrate`, and again after each later migration; nothing in it hurts when it is run twice.
--
-- The three roles are to be there already. Either make them what others are members of:
--   CREATE ROLE flags_application NOLOGIN; CREATE ROLE flags_controller NOLOGIN; CREATE ROLE flags_administrator NOLOGIN;
--   GRANT flags_application TO shop;
-- or logins. The tables' owner is a fourth one, and is used by nobody in daily work: an owner may do everything.
-- In a schema other than public the roles need it too: GRANT USAGE ON SCHEMA … TO flags_application, flags_controller, flags_administrator;

-- The application reads and follows. LISTEN needs no privilege.
GRANT SELECT ON flags_store, flags_environment, flags_flag, flags_kill, flags_rollout, flags_segment, flags_segment_member, flags_audit, flags_audit_key
  TO flags_application, flags_controller, flags_administrator;

-- Whoever commits appends to the history. Nobody changes it.
GRANT INSERT ON flags_audit, flags_audit_key TO flags_controller, flags_administrator;

-- The controller moves rollouts: the flags that there are, their runs, and the head of the history. It does not set or lift kills, touch
-- segments, or make environments. The settings list the scheduled changes that it makes.
GRANT UPDATE ON flags_flag TO flags_controller, flags_administrator;
GRANT INSERT, DELETE ON flags_rollout TO flags_controller, flags_administrator;
GRANT UPDATE (epoch, revision, hash, settings, flag_count, kill_count, rollout_count, segment_count, committed_at) ON flags_environment
  TO flags_controller, flags_administrator;

-- The administrator does the rest. DELETE on flags is for `flags restore`, on the history for `flags audit archive` alone. The row of flags_store is
-- locked while an environment is made, and PostgreSQL asks for UPDATE to lock a row.
GRANT INSERT, DELETE ON flags_flag TO flags_administrator;
GRANT INSERT, DELETE ON flags_kill TO flags_administrator;
GRANT INSERT, UPDATE, DELETE ON flags_segment TO flags_administrator;
GRANT INSERT, DELETE ON flags_segment_member TO flags_administrator;
GRANT INSERT ON flags_environment TO flags_administrator;
GRANT UPDATE (epoch) ON flags_store TO flags_administrator;
GRANT DELETE ON flags_audit, flags_audit_key TO flags_administrator;

-- Processes report what calls came to, and remove what is old of it. The lease and the records of the controller are nobody else's.
GRANT SELECT, INSERT, UPDATE (document), DELETE ON flags_outcome TO flags_application, flags_controller, flags_administrator;
GRANT SELECT, INSERT, UPDATE ON flags_lease TO flags_controller, flags_administrator;
GRANT SELECT, INSERT, UPDATE (document), DELETE ON flags_evidence TO flags_controller, flags_administrator;
