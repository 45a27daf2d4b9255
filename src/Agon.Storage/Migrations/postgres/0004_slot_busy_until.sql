-- A job that is deleted while it runs is gone at once, but its runner ends a moment later: until then nothing else may be
-- measured on its slot. The time is the end of the lease, after which no runner of it is left.

ALTER TABLE agon_device_slot ADD COLUMN busy_until TIMESTAMPTZ;
