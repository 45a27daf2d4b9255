-- A machine that leaves takes no leave: its slots are counted only while somebody there keeps saying that they are offered.

ALTER TABLE agon_device_slot ADD COLUMN seen_at TIMESTAMPTZ;
