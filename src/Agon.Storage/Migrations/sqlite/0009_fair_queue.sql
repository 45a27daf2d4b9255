-- Whose turn it is (FairQueue in the domain): a job's place within its class on its device, what each class and user has had,
-- and what is needed to say how long a job will wait.

ALTER TABLE agon_job ADD COLUMN ranked BOOLEAN NOT NULL DEFAULT FALSE;      -- its class: ranked, or a test of whatever kind
ALTER TABLE agon_job ADD COLUMN start_tag INTEGER NOT NULL DEFAULT 0;       -- within its class the lowest tag is next
ALTER TABLE agon_job ADD COLUMN leaderboard_id INTEGER;
ALTER TABLE agon_job ADD COLUMN started_at TEXT;                            -- of the last attempt
UPDATE agon_job
SET ranked = (mode IN ('leaderboard', 'private')),
    leaderboard_id = (SELECT s.leaderboard_id FROM submission s WHERE s.id = agon_job.submission_id);

DROP INDEX agon_job_queued;
CREATE INDEX agon_job_turn ON agon_job (lower(gpu), ranked, start_tag, id, leaderboard_id) WHERE state = 'queued';
CREATE INDEX agon_job_measured ON agon_job (lower(gpu), ended_at) WHERE state = 'done';

-- The classes' weights, as the settings of the server that started last have them.
CREATE TABLE agon_queue_weight (
    ranked BOOLEAN PRIMARY KEY,
    weight INTEGER NOT NULL CHECK (weight BETWEEN 1 AND 1000)
);
INSERT INTO agon_queue_weight (ranked, weight) VALUES (FALSE, 1), (TRUE, 2);

-- A device's queue; its name in lower case.
CREATE TABLE agon_queue (
    gpu TEXT PRIMARY KEY,
    test_share INTEGER NOT NULL,
    test_time INTEGER NOT NULL,
    ranked_share INTEGER NOT NULL,
    ranked_time INTEGER NOT NULL
);

-- The tag that a user's next job of the class gets at least.
CREATE TABLE agon_queue_user (
    gpu TEXT NOT NULL,
    ranked BOOLEAN NOT NULL,
    user_id TEXT NOT NULL REFERENCES user_info (id) ON DELETE CASCADE,
    next_tag INTEGER NOT NULL,
    PRIMARY KEY (gpu, ranked, user_id)
);
