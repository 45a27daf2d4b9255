-- What jobs that were taken back would have cost their user; it counts once none of his waits.
ALTER TABLE agon_queue_user ADD COLUMN credit BIGINT NOT NULL DEFAULT 0;
