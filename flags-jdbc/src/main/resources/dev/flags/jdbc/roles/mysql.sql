-- Who may do what with the flags tables, by least privilege. Run it in the database of the tables, as a user with GRANT OPTION, after
-- `flags db migrate`, and again after each later migration; nothing in it hurts when it is run twice.
--
-- The three are to be there already, as users (or roles, and then to be activated for the users that have them):
--   CREATE USER flags_application IDENTIFIED BY '…'; CREATE USER flags_controller IDENTIFIED BY '…'; CREATE USER flags_administrator IDENTIFIED BY '…';
-- None of them makes or changes tables; `flags db migrate` is run by somebody who may.

-- The application reads and follows.
GRANT SELECT ON flags_store TO flags_application, flags_controller, flags_administrator;
GRANT SELECT ON flags_environment TO flags_application, flags_controller, flags_administrator;
GRANT SELECT ON flags_flag TO flags_application, flags_controller, flags_administrator;
GRANT SELECT ON flags_kill TO flags_application, flags_controller, flags_administrator;
GRANT SELECT ON flags_rollout TO flags_application, flags_controller, flags_administrator;
GRANT SELECT ON flags_segment TO flags_application, flags_controller, flags_administrator;
GRANT SELECT ON flags_segment_member TO flags_application, flags_controller, flags_administrator;
GRANT SELECT ON flags_audit TO flags_application, flags_controller, flags_administrator;
GRANT SELECT ON flags_audit_key TO flags_application, flags_controller, flags_administrator;

-- Whoever commits appends to the history. Nobody changes it.
GRANT INSERT ON flags_audit TO flags_controller, flags_administrator;
GRANT INSERT ON flags_audit_key TO flags_controller, flags_administrator;

-- The controller moves rollouts: the flags that there are, their runs, and the head of the history. It does not set or lift kills, touch
-- segments, or make environments. The settings list the scheduled changes that it makes.
GRANT UPDATE ON flags_flag TO flags_controller, flags_administrator;
GRANT INSERT, DELETE ON flags_rollout TO flags_controller, flags_administrator;
GRANT UPDATE (epoch, revision, hash, settings, flag_count, kill_count, rollout_count, segment_count, committed_at) ON flags_environment
  TO flags_controller, flags_administrator;

-- The administrator does the rest. DELETE on flags is for `flags restore`, on the history for `flags audit archive` alone. The row of flags_store is
-- locked while an environment is made, and the server asks for UPDATE to lock a row.
GRANT INSERT, DELETE ON flags_flag TO flags_administrator;
GRANT INSERT, DELETE ON flags_kill TO flags_administrator;
GRANT INSERT, UPDATE, DELETE ON flags_segment TO flags_administrator;
GRANT INSERT, DELETE ON flags_segment_member TO flags_administrator;
GRANT INSERT ON flags_environment TO flags_administrator;
GRANT UPDATE (epoch) ON flags_store TO flags_administrator;
GRANT DELETE ON flags_audit TO flags_administrator;
GRANT DELETE ON flags_audit_key TO flags_administrator;

-- Processes report what calls came to, and remove what is old of it. UPDATE is of whole rows, because INSERT … ON DUPLICATE KEY UPDATE asks for it
-- on the columns of the key too. The lease and the records of the controller are nobody else's.
GRANT SELECT, INSERT, UPDATE, DELETE ON flags_outcome TO flags_application, flags_controller, flags_administrator;
GRANT SELECT, INSERT, UPDATE ON flags_lease TO flags_controller, flags_administrator;
GRANT SELECT, INSERT, UPDATE, DELETE ON flags_evidence TO flags_controller, flags_administrator;
