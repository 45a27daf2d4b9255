-- The ranking as it stands: for each leaderboard, device and user the best eligible entry (contract section 9), written in the
-- transaction that records a run or deletes a submission. A board is read from here, however many runs there are.

CREATE INDEX agon_runs_submission ON runs (submission_id, runner);
CREATE INDEX agon_submission_of_user ON submission (leaderboard_id, user_id);

-- What changes with a board: its version with every change that a page could show, and which way its scores go.
CREATE TABLE agon_board (
    leaderboard_id INTEGER PRIMARY KEY REFERENCES leaderboard (id) ON DELETE CASCADE,
    version BIGINT NOT NULL DEFAULT 1,
    higher_is_better BOOLEAN NOT NULL
);
INSERT INTO agon_board (leaderboard_id, higher_is_better)
SELECT id, COALESCE(CAST(task ->> 'score_ascending' AS TEXT), '') IN ('false', '0') FROM leaderboard;

CREATE TABLE agon_rank (
    leaderboard_id INTEGER NOT NULL,   -- goes with its submissions
    gpu TEXT NOT NULL,
    user_id TEXT NOT NULL,
    submission_id INTEGER NOT NULL REFERENCES submission (id) ON DELETE CASCADE,
    score DOUBLE PRECISION NOT NULL,
    place_score NUMERIC NOT NULL,   -- every digit; lower is better: the score, or its negative where higher is better
    submission_time TIMESTAMPTZ NOT NULL,
    unsandboxed BOOLEAN NOT NULL,
    PRIMARY KEY (leaderboard_id, gpu, user_id)
);
CREATE INDEX agon_rank_place ON agon_rank (leaderboard_id, gpu, place_score, submission_time, submission_id);
CREATE INDEX agon_rank_submission ON agon_rank (submission_id);

INSERT INTO agon_rank (leaderboard_id, gpu, user_id, submission_id, score, place_score, submission_time, unsandboxed)
SELECT leaderboard_id, gpu, user_id, submission_id, score, place_score, submission_time, unsandboxed
FROM (
    SELECT eligible.*, ROW_NUMBER() OVER (
        PARTITION BY leaderboard_id, gpu, user_id ORDER BY place_score, submission_time, submission_id) AS place
    FROM (
        SELECT s.leaderboard_id, r.runner AS gpu, s.user_id, s.id AS submission_id, CAST(r.score AS DOUBLE PRECISION) AS score,
               CASE WHEN b.higher_is_better THEN -CAST(r.score AS NUMERIC) ELSE CAST(r.score AS NUMERIC) END AS place_score,
               s.submission_time, COALESCE(r.system_info -> 'isolation' ->> 'level', '') = 'none' AS unsandboxed
        FROM submission s
        JOIN agon_board b ON b.leaderboard_id = s.leaderboard_id
        JOIN runs r ON r.submission_id = s.id
        LEFT JOIN submission_job_status j ON j.submission_id = s.id
        WHERE NOT r.secret AND r.score IS NOT NULL AND r.passed AND CAST(r.score AS NUMERIC) BETWEEN -1e300 AND 1e300
          AND COALESCE(s.status, '') <> 'hacked' AND COALESCE(j.status, '') <> 'hacked'
          AND EXISTS (SELECT 1 FROM runs p WHERE p.submission_id = r.submission_id AND p.runner = r.runner
                      AND p.secret AND p.passed AND p.mode = 'leaderboard')
          AND NOT EXISTS (SELECT 1 FROM runs p WHERE p.submission_id = r.submission_id AND p.runner = r.runner
                          AND p.secret AND NOT p.passed)
    ) eligible
) best
WHERE place = 1;
