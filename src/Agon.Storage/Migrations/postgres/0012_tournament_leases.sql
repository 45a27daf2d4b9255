-- A promotion is taken up by one process at a time, and waits between its tries.
ALTER TABLE tournament.agon_promotion ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;    -- since a person last asked for it
ALTER TABLE tournament.agon_promotion ADD COLUMN run_after TIMESTAMPTZ;
ALTER TABLE tournament.agon_promotion ADD COLUMN worker TEXT;
ALTER TABLE tournament.agon_promotion ADD COLUMN lease_until TIMESTAMPTZ;

-- The machine that makes a tournament's runs: times of two machines do not compare. Null: the first that claims one.
ALTER TABLE tournament.agon_tournament ADD COLUMN machine TEXT;
