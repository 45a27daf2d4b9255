-- The tables of the contract (section 12) with its names; jsonb is JSON text and bytea a BLOB here.
--
-- Times: UTC text of one width, 2026-01-31T12:00:00.123456Z, so that the order of texts is the order of times.
-- Scores: exact decimal digits as text, which a NUMERIC column would turn into a rounded REAL; whoever orders by them casts.

CREATE TABLE leaderboard (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    deadline TEXT NOT NULL,
    task TEXT NOT NULL,
    creator_id INTEGER DEFAULT -1,
    forum_id INTEGER DEFAULT -1,
    secret_seed INTEGER DEFAULT (abs(random() % 2147483648)),
    description TEXT,
    visibility TEXT DEFAULT 'public'
);

CREATE TABLE gpu_type (
    leaderboard_id INTEGER NOT NULL REFERENCES leaderboard (id) ON DELETE CASCADE,
    gpu_type TEXT NOT NULL,
    PRIMARY KEY (leaderboard_id, gpu_type)
);

CREATE TABLE templates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    leaderboard_id INTEGER NOT NULL REFERENCES leaderboard (id),
    lang TEXT NOT NULL,
    code TEXT NOT NULL
);

CREATE TABLE user_info (
    id TEXT PRIMARY KEY,
    user_name TEXT,
    cli_id TEXT,
    cli_valid BOOLEAN DEFAULT FALSE,
    cli_auth_provider TEXT,
    created_at TEXT,
    web_auth_id TEXT,
    is_banned BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE TABLE code_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    old_code TEXT,
    code BLOB NOT NULL,
    hash TEXT NOT NULL UNIQUE    -- sha256 in hex, written by Agon: SQLite has no such function
);

CREATE TABLE submission (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    leaderboard_id INTEGER NOT NULL REFERENCES leaderboard (id),
    file_name TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES user_info (id),
    code_id INTEGER NOT NULL REFERENCES code_files (id),
    submission_time TEXT NOT NULL,
    done BOOLEAN DEFAULT FALSE,
    status TEXT DEFAULT 'active',
    mode_category TEXT
);
CREATE INDEX idx_submission_leaderboard_id ON submission (leaderboard_id);
CREATE INDEX idx_submission_user_id ON submission (user_id);

CREATE TABLE submission_job_status (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    submission_id INTEGER NOT NULL UNIQUE REFERENCES submission (id) ON DELETE CASCADE,
    status TEXT,
    error TEXT,
    created_at TEXT,
    last_heartbeat TEXT
);

CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    start_time TEXT NOT NULL,
    end_time TEXT NOT NULL,
    mode TEXT NOT NULL,
    secret BOOLEAN NOT NULL,
    runner TEXT NOT NULL,
    score TEXT,
    passed BOOLEAN NOT NULL,
    compilation TEXT,
    meta TEXT,
    result TEXT,
    system_info TEXT NOT NULL
);
CREATE INDEX runs_runner_score_idx ON runs (runner, score);
CREATE INDEX idx_runs_valid_scores ON runs (submission_id, runner, score)
    WHERE NOT secret AND score IS NOT NULL AND passed;

CREATE TABLE leaderboard_invite (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL UNIQUE,
    user_id TEXT,
    claimed_at TEXT,
    created_at TEXT NOT NULL
);
CREATE INDEX idx_leaderboard_invite_user_id ON leaderboard_invite (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE leaderboard_invite_scope (
    invite_id INTEGER NOT NULL REFERENCES leaderboard_invite (id) ON DELETE CASCADE,
    leaderboard_id INTEGER NOT NULL REFERENCES leaderboard (id) ON DELETE CASCADE,
    PRIMARY KEY (invite_id, leaderboard_id)
);
CREATE INDEX idx_leaderboard_invite_scope_leaderboard_id ON leaderboard_invite_scope (leaderboard_id);

CREATE TABLE rate_limit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    leaderboard_id INTEGER NOT NULL REFERENCES leaderboard (id) ON DELETE CASCADE,
    mode_category TEXT NOT NULL CHECK (mode_category IN ('test', 'leaderboard')),
    max_submissions_per_hour INTEGER NOT NULL CHECK (max_submissions_per_hour >= 0),
    UNIQUE (leaderboard_id, mode_category)
);

CREATE TABLE draft_code (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    leaderboard_id INTEGER NOT NULL REFERENCES leaderboard (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES user_info (id) ON DELETE CASCADE,
    type TEXT NOT NULL DEFAULT 'general',
    code BLOB NOT NULL,
    created_at TEXT NOT NULL,
    last_modified_at TEXT NOT NULL
);
