-- When a running job's lease was last renewed, by the clock of its worker: each worker may have leases of its own length, and a
-- time yet to come tells of a clock that is wrong.

ALTER TABLE agon_job ADD COLUMN renewed_at TEXT;
