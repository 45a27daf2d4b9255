-- A promotion is taken up by one process at a time, and waits between its tries.
ALTER TABLE agon_promotion ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;    -- since a person last asked for it
ALTER TABLE agon_promotion ADD COLUMN run_after TEXT;
ALTER TABLE agon_promotion ADD COLUMN worker TEXT;
ALTER TABLE agon_promotion ADD COLUMN lease_until TEXT;

-- The machine that makes a tournament's runs: times of two machines do not compare. Null: the first that claims one.
ALTER TABLE agon_tournament ADD COLUMN machine TEXT;
