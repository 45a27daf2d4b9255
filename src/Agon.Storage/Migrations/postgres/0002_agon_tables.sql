-- What Agon adds, all of it named agon_: settings of leaderboards, the durable queue, and the event stream.

CREATE TABLE agon_leaderboard (
    leaderboard_id INTEGER PRIMARY KEY REFERENCES leaderboard (id) ON DELETE CASCADE,
    settings TEXT NOT NULL,         -- agon.yml as JSON
    gpu_order TEXT NOT NULL         -- JSON list: the devices in the order in which they were named
);

-- The contract puts no order on cli_id: existing rows may share one in clear. Hashed ones, which only Agon writes, may not.
CREATE INDEX agon_user_info_cli_id ON user_info (cli_id);
CREATE UNIQUE INDEX agon_user_info_cli_hash ON user_info (cli_id) WHERE substr(cli_id, 1, 7) = 'sha256:';

CREATE TABLE agon_submission (
    submission_id INTEGER PRIMARY KEY REFERENCES submission (id) ON DELETE CASCADE,
    mode TEXT NOT NULL CHECK (mode IN ('test', 'benchmark', 'profile', 'leaderboard')),
    last_event BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE agon_event (
    submission_id INTEGER NOT NULL REFERENCES agon_submission (submission_id) ON DELETE CASCADE,
    sequence BIGINT NOT NULL CHECK (sequence > 0),
    kind TEXT NOT NULL,
    data TEXT NOT NULL,             -- one JSON object
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (submission_id, sequence)
);

-- A job: one evaluation of a submission on one device.
--   queued --claim--> running --report--> done
--     ^------retry------'  '--last attempt without a report--> failed
CREATE TABLE agon_job (
    id BIGSERIAL PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES agon_submission (submission_id) ON DELETE CASCADE,
    gpu TEXT NOT NULL,
    secret BOOLEAN NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('test', 'benchmark', 'profile', 'leaderboard', 'private')),
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed')),
    attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    worker TEXT,
    machine TEXT,
    slot INTEGER,
    lease_until TIMESTAMPTZ,
    run_after TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    outcome TEXT CHECK (outcome IN ('succeeded', 'failed', 'timed_out', 'hacked')),
    error TEXT,                     -- for the author
    fault TEXT,                     -- for the operator: why the last attempt brought no report
    UNIQUE (submission_id, gpu, secret),
    CHECK (secret = (mode = 'private')),
    CHECK ((state = 'running') = (worker IS NOT NULL)),
    CHECK ((state = 'running') = (machine IS NOT NULL)),
    CHECK ((state = 'running') = (slot IS NOT NULL)),
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK ((state IN ('done', 'failed')) = (ended_at IS NOT NULL)),
    CHECK ((state IN ('done', 'failed')) = (outcome IS NOT NULL)),
    CHECK (error IS NULL OR outcome <> 'succeeded')
);
CREATE INDEX agon_job_queued ON agon_job (run_after, id) WHERE state = 'queued';
CREATE INDEX agon_job_running ON agon_job (lease_until) WHERE state = 'running';

-- A device's slots; a slot holds at most one job, and a job at most one slot.
CREATE TABLE agon_device_slot (
    machine TEXT NOT NULL,
    gpu TEXT NOT NULL,
    slot INTEGER NOT NULL CHECK (slot >= 0),
    job_id BIGINT UNIQUE REFERENCES agon_job (id) ON DELETE SET NULL,
    leaving BOOLEAN NOT NULL DEFAULT FALSE,     -- no longer in the settings: goes when it is free
    PRIMARY KEY (machine, gpu, slot)
);
