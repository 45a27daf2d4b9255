-- What a submission leaves when it is deleted: it still counts towards a rate limit, and shows that it has been.

CREATE TABLE agon_deleted_submission (
    submission_id INTEGER PRIMARY KEY,
    leaderboard_id INTEGER NOT NULL REFERENCES leaderboard (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    mode_category TEXT,
    submission_time TEXT NOT NULL,
    counts INTEGER NOT NULL            -- towards rate limits: not where the platform had failed at it
);
CREATE INDEX agon_deleted_submission_user ON agon_deleted_submission (user_id, leaderboard_id);

-- One row: whether submissions are taken in. A server that is started anew still knows.
CREATE TABLE agon_intake (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    is_open INTEGER NOT NULL,
    changed_at TEXT
);
INSERT INTO agon_intake (id, is_open) VALUES (1, TRUE);
