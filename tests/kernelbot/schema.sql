-- A KernelBot database after its last migration, from the facts of contract section 12 and in our own words: what an
-- operator brings to `agon db migrate`. Names of keys, and of indexes where the contract does not give them, are PostgreSQL's own.

CREATE SCHEMA leaderboard;

CREATE TABLE leaderboard.leaderboard (
    id SERIAL PRIMARY KEY,
    name TEXT UNIQUE NOT NULL,
    deadline TIMESTAMPTZ NOT NULL,
    task JSONB NOT NULL,
    creator_id BIGINT DEFAULT -1,
    forum_id BIGINT DEFAULT -1,
    secret_seed BIGINT DEFAULT floor(random() * 2147483648),
    description TEXT,
    visibility TEXT DEFAULT 'public'
);
CREATE TABLE leaderboard.gpu_type (
    leaderboard_id INTEGER REFERENCES leaderboard.leaderboard (id) ON DELETE CASCADE,
    gpu_type TEXT,
    PRIMARY KEY (leaderboard_id, gpu_type)
);
CREATE TABLE leaderboard.templates (
    id SERIAL PRIMARY KEY,
    leaderboard_id INTEGER NOT NULL REFERENCES leaderboard.leaderboard (id),
    lang TEXT NOT NULL,
    code TEXT NOT NULL
);
CREATE TABLE leaderboard.user_info (
    id TEXT PRIMARY KEY,
    user_name TEXT,
    cli_id VARCHAR(255),
    cli_valid BOOLEAN DEFAULT FALSE,
    cli_auth_provider VARCHAR(255),
    created_at TIMESTAMP,
    web_auth_id VARCHAR(255),
    is_banned BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE TABLE leaderboard.code_files (
    id SERIAL PRIMARY KEY,
    old_code TEXT,
    code BYTEA NOT NULL,
    hash TEXT GENERATED ALWAYS AS (encode(sha256(code), 'hex')) STORED NOT NULL UNIQUE
);
CREATE TABLE leaderboard.submission (
    id SERIAL PRIMARY KEY,
    leaderboard_id INTEGER NOT NULL REFERENCES leaderboard.leaderboard (id),
    file_name TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES leaderboard.user_info (id),
    code_id INTEGER NOT NULL REFERENCES leaderboard.code_files (id),
    submission_time TIMESTAMPTZ NOT NULL,
    done BOOLEAN DEFAULT FALSE,
    status TEXT DEFAULT 'active',
    mode_category TEXT
);
CREATE INDEX idx_submission_leaderboard_id ON leaderboard.submission (leaderboard_id);
CREATE INDEX idx_submission_user_id ON leaderboard.submission (user_id);
CREATE TABLE leaderboard.submission_job_status (
    id SERIAL PRIMARY KEY,
    submission_id INTEGER NOT NULL UNIQUE REFERENCES leaderboard.submission (id) ON DELETE CASCADE,
    status VARCHAR(255),
    error TEXT,
    created_at TIMESTAMPTZ,
    last_heartbeat TIMESTAMPTZ
);
CREATE TABLE leaderboard.runs (
    id SERIAL PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES leaderboard.submission (id),
    start_time TIMESTAMPTZ NOT NULL,
    end_time TIMESTAMPTZ NOT NULL,
    mode TEXT NOT NULL,
    secret BOOLEAN NOT NULL,
    runner TEXT NOT NULL,
    score NUMERIC,
    passed BOOLEAN NOT NULL,
    compilation JSONB,
    meta JSONB,
    result JSONB,
    system_info JSONB NOT NULL
);
CREATE INDEX runs_runner_score_idx ON leaderboard.runs (runner, score);
CREATE INDEX idx_runs_valid_scores ON leaderboard.runs (submission_id, runner, score)
    WHERE NOT secret AND score IS NOT NULL AND passed;
CREATE TABLE leaderboard.leaderboard_invite (
    id SERIAL PRIMARY KEY,
    code TEXT UNIQUE NOT NULL,
    user_id TEXT,
    claimed_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX idx_leaderboard_invite_user_id ON leaderboard.leaderboard_invite (user_id) WHERE user_id IS NOT NULL;
CREATE TABLE leaderboard.leaderboard_invite_scope (
    invite_id INTEGER REFERENCES leaderboard.leaderboard_invite (id) ON DELETE CASCADE,
    leaderboard_id INTEGER REFERENCES leaderboard.leaderboard (id) ON DELETE CASCADE,
    PRIMARY KEY (invite_id, leaderboard_id)
);
CREATE INDEX idx_leaderboard_invite_scope_leaderboard_id ON leaderboard.leaderboard_invite_scope (leaderboard_id);
CREATE TABLE leaderboard.rate_limit (
    id SERIAL PRIMARY KEY,
    leaderboard_id INTEGER NOT NULL REFERENCES leaderboard.leaderboard (id) ON DELETE CASCADE,
    mode_category TEXT NOT NULL CHECK (mode_category IN ('test', 'leaderboard')),
    max_submissions_per_hour INTEGER NOT NULL CHECK (max_submissions_per_hour >= 0),
    UNIQUE (leaderboard_id, mode_category)
);
CREATE TABLE leaderboard.draft_code (
    id SERIAL PRIMARY KEY,
    leaderboard_id INTEGER NOT NULL REFERENCES leaderboard.leaderboard (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES leaderboard.user_info (id) ON DELETE CASCADE,
    type TEXT NOT NULL DEFAULT 'general',
    code BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    last_modified_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
