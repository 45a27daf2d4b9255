-- Tournaments (tournament contract, 1.2); a UUID is text in lower case, a date is text, a list is JSON.
-- Enums are words in lower case. What Agon adds is named agon_: a tournament's limit and policy, pinned sources, the queue of runs, promotions.

CREATE TABLE baseline_registry (
    baseline_id TEXT PRIMARY KEY,
    image_type TEXT NOT NULL CHECK (image_type IN ('analytics', 'ml')),
    version TEXT NOT NULL,
    github_repository TEXT NOT NULL,
    docker_image_tag TEXT NOT NULL,
    commit_hash TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('building', 'active', 'deprecated', 'failed')),
    originated_from_hotkey TEXT,
    originated_from_tournament_id TEXT,
    created_at TEXT NOT NULL,
    activated_at TEXT,
    deprecated_at TEXT,
    UNIQUE (image_type, version),
    CHECK ((status IN ('active', 'deprecated')) = (activated_at IS NOT NULL)),
    CHECK ((status = 'deprecated') = (deprecated_at IS NOT NULL))
);
-- One is active (D34), and a tournament makes one.
CREATE UNIQUE INDEX baseline_registry_active ON baseline_registry (image_type) WHERE status = 'active';
CREATE UNIQUE INDEX baseline_registry_origin ON baseline_registry (originated_from_tournament_id) WHERE status <> 'failed';

CREATE TABLE tournament_tournaments (
    tournament_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    image_type TEXT NOT NULL CHECK (image_type IN ('analytics', 'ml')),
    registration_start TEXT NOT NULL,
    registration_end TEXT NOT NULL,
    competition_start TEXT NOT NULL,
    competition_end TEXT NOT NULL,
    max_participants INTEGER NOT NULL CHECK (max_participants > 0),
    epoch_days INTEGER NOT NULL CHECK (epoch_days > 0),
    test_networks TEXT NOT NULL,
    test_window_days TEXT NOT NULL,
    baseline_id TEXT NOT NULL REFERENCES baseline_registry (baseline_id),
    status TEXT NOT NULL CHECK (status IN ('draft', 'registration', 'in_progress', 'scoring', 'completed', 'cancelled')),
    current_day INTEGER NOT NULL DEFAULT 0 CHECK (current_day BETWEEN 0 AND epoch_days),
    winner_hotkey TEXT,
    baseline_beaten BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TEXT NOT NULL,
    completed_at TEXT,
    CHECK (registration_start <= registration_end AND registration_end < competition_start AND competition_start <= competition_end),
    CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
    CHECK (winner_hotkey IS NULL OR status = 'completed'),
    CHECK (NOT baseline_beaten OR winner_hotkey IS NOT NULL)
);
CREATE INDEX tournament_tournaments_competition ON tournament_tournaments (competition_start DESC, tournament_id);

-- Fixed when the tournament is created. The verdict comes with the results.
CREATE TABLE agon_tournament (
    tournament_id TEXT PRIMARY KEY REFERENCES tournament_tournaments (tournament_id) ON DELETE CASCADE,
    max_execution_time_seconds REAL NOT NULL CHECK (max_execution_time_seconds > 0),
    pattern_accuracy_weight REAL NOT NULL,
    data_correctness_weight REAL NOT NULL,
    performance_weight REAL NOT NULL,
    speed_cap REAL,                -- null: none
    promotion TEXT CHECK (promotion IN ('promote', 'skip_not_beaten', 'skip_no_winner', 'hold_baseline_invalid'))
);

CREATE TABLE tournament_participants (
    tournament_id TEXT NOT NULL REFERENCES tournament_tournaments (tournament_id) ON DELETE CASCADE,
    hotkey TEXT NOT NULL,
    participant_type TEXT NOT NULL CHECK (participant_type IN ('miner', 'baseline')),
    registered_at TEXT NOT NULL,
    registration_order INTEGER NOT NULL CHECK (registration_order >= 0),
    github_repository TEXT,
    docker_image_tag TEXT,
    miner_database_name TEXT,
    baseline_id TEXT REFERENCES baseline_registry (baseline_id),
    status TEXT NOT NULL CHECK (status IN ('registered', 'active', 'completed', 'failed', 'disqualified')),
    is_disqualified BOOLEAN NOT NULL DEFAULT FALSE,
    disqualification_reason TEXT,
    disqualified_on_day INTEGER,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (tournament_id, hotkey),
    UNIQUE (tournament_id, registration_order),
    CHECK ((participant_type = 'baseline') = (registration_order = 0)),
    CHECK ((participant_type = 'baseline') = (baseline_id IS NOT NULL)),
    CHECK (is_disqualified OR (disqualification_reason IS NULL AND disqualified_on_day IS NULL)),
    CHECK (is_disqualified OR status <> 'disqualified')
);

-- What is run: resolved at registration, so that nothing which moves later changes it. Null where it does not apply.
CREATE TABLE agon_participant_source (
    tournament_id TEXT NOT NULL,
    hotkey TEXT NOT NULL,
    repository TEXT,
    commit_hash TEXT,
    image_id TEXT,
    image_tag TEXT,
    folder TEXT,
    folder_hash TEXT,
    PRIMARY KEY (tournament_id, hotkey),
    FOREIGN KEY (tournament_id, hotkey) REFERENCES tournament_participants (tournament_id, hotkey) ON DELETE CASCADE
);

CREATE TABLE agon_baseline_source (
    baseline_id TEXT PRIMARY KEY REFERENCES baseline_registry (baseline_id) ON DELETE CASCADE,
    repository TEXT,
    commit_hash TEXT,
    image_id TEXT,
    image_tag TEXT,
    folder TEXT,
    folder_hash TEXT
);

CREATE TABLE benchmark_epochs (
    epoch_id TEXT PRIMARY KEY,
    hotkey TEXT NOT NULL,
    image_type TEXT NOT NULL CHECK (image_type IN ('analytics', 'ml')),
    start_date TEXT NOT NULL,
    end_date TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed')),
    docker_image_tag TEXT NOT NULL DEFAULT '',
    miner_database_name TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    completed_at TEXT,
    tournament_id TEXT UNIQUE REFERENCES tournament_tournaments (tournament_id) ON DELETE CASCADE,
    CHECK ((status IN ('completed', 'failed')) = (completed_at IS NOT NULL))
);

CREATE TABLE benchmark_analytics_daily_runs (
    run_id TEXT PRIMARY KEY,
    epoch_id TEXT NOT NULL REFERENCES benchmark_epochs (epoch_id) ON DELETE CASCADE,
    hotkey TEXT NOT NULL,
    test_date TEXT NOT NULL,
    network TEXT NOT NULL,
    window_days INTEGER NOT NULL CHECK (window_days > 0),
    processing_date TEXT,
    execution_time_seconds REAL NOT NULL DEFAULT 0 CHECK (execution_time_seconds >= 0),
    data_correctness_passed BOOLEAN NOT NULL DEFAULT FALSE,
    status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'timeout', 'failed')),
    tournament_id TEXT REFERENCES tournament_tournaments (tournament_id) ON DELETE CASCADE,
    participant_type TEXT NOT NULL CHECK (participant_type IN ('miner', 'baseline')),
    run_order INTEGER NOT NULL CHECK (run_order > 0),
    is_disqualified BOOLEAN NOT NULL DEFAULT FALSE,
    disqualification_reason TEXT,
    created_at TEXT NOT NULL,
    container_exit_code INTEGER,
    gpu_memory_peak_mb REAL,
    error_message TEXT,
    synthetic_patterns_recall REAL NOT NULL DEFAULT 0,
    synthetic_patterns_expected INTEGER,
    synthetic_patterns_found INTEGER,
    novelty_patterns_reported INTEGER,
    novelty_patterns_validated INTEGER,
    novelty_addresses_valid BOOLEAN,
    novelty_connections_valid BOOLEAN,
    all_addresses_exist BOOLEAN,
    all_connections_exist BOOLEAN,
    UNIQUE (tournament_id, hotkey, test_date, network, window_days),
    UNIQUE (tournament_id, test_date, run_order),
    CHECK (is_disqualified OR disqualification_reason IS NULL)
);

CREATE TABLE benchmark_ml_daily_runs (
    run_id TEXT PRIMARY KEY,
    epoch_id TEXT NOT NULL REFERENCES benchmark_epochs (epoch_id) ON DELETE CASCADE,
    hotkey TEXT NOT NULL,
    test_date TEXT NOT NULL,
    network TEXT NOT NULL,
    window_days INTEGER NOT NULL CHECK (window_days > 0),
    processing_date TEXT,
    execution_time_seconds REAL NOT NULL DEFAULT 0 CHECK (execution_time_seconds >= 0),
    data_correctness_passed BOOLEAN NOT NULL DEFAULT FALSE,
    status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'timeout', 'failed')),
    tournament_id TEXT REFERENCES tournament_tournaments (tournament_id) ON DELETE CASCADE,
    participant_type TEXT NOT NULL CHECK (participant_type IN ('miner', 'baseline')),
    run_order INTEGER NOT NULL CHECK (run_order > 0),
    is_disqualified BOOLEAN NOT NULL DEFAULT FALSE,
    disqualification_reason TEXT,
    created_at TEXT NOT NULL,
    container_exit_code INTEGER,
    gpu_memory_peak_mb REAL,
    error_message TEXT,
    auc_roc REAL,
    precision_at_recall_80 REAL,
    UNIQUE (tournament_id, hotkey, test_date, network, window_days),
    UNIQUE (tournament_id, test_date, run_order),
    CHECK (is_disqualified OR disqualification_reason IS NULL)
);

CREATE TABLE tournament_results (
    tournament_id TEXT NOT NULL REFERENCES tournament_tournaments (tournament_id) ON DELETE CASCADE,
    hotkey TEXT NOT NULL,
    participant_type TEXT NOT NULL CHECK (participant_type IN ('miner', 'baseline')),
    pattern_accuracy_score REAL NOT NULL,
    data_correctness_score REAL NOT NULL,
    performance_score REAL NOT NULL,
    final_score REAL NOT NULL,
    data_correctness_all_days BOOLEAN NOT NULL,
    all_runs_within_time_limit BOOLEAN NOT NULL,
    days_completed INTEGER NOT NULL,
    total_runs_completed INTEGER NOT NULL,
    average_execution_time_seconds REAL NOT NULL,
    baseline_comparison_ratio REAL NOT NULL,
    rank INTEGER NOT NULL CHECK (rank > 0),
    is_winner BOOLEAN NOT NULL,
    beat_baseline BOOLEAN NOT NULL,
    miners_beaten INTEGER NOT NULL,
    calculated_at TEXT NOT NULL,
    PRIMARY KEY (tournament_id, hotkey),
    UNIQUE (tournament_id, rank),
    FOREIGN KEY (tournament_id, hotkey) REFERENCES tournament_participants (tournament_id, hotkey) ON DELETE CASCADE
);
CREATE UNIQUE INDEX tournament_results_winner ON tournament_results (tournament_id) WHERE is_winner;

-- The queue of runs; its row and the contract's are written together.
--   queued --claim--> running --result--> done
--     ^---fault of ours---'
CREATE TABLE agon_tournament_run (
    run_id TEXT PRIMARY KEY,
    tournament_id TEXT NOT NULL REFERENCES tournament_tournaments (tournament_id) ON DELETE CASCADE,
    test_date TEXT NOT NULL,
    run_order INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done')),
    attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    worker TEXT,
    machine TEXT,
    lease_until TEXT,
    run_after TEXT NOT NULL,
    started_at TEXT,               -- of the last attempt: when the machine was its own
    ended_at TEXT,
    fault TEXT,                     -- for the operator: why the last attempt brought no result
    log_tail TEXT,                  -- the last of what the participant printed
    memory_peak_bytes BIGINT,
    UNIQUE (tournament_id, test_date, run_order),
    CHECK ((state = 'running') = (worker IS NOT NULL)),
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK (state <> 'running' OR machine IS NOT NULL),
    CHECK ((state = 'done') = (ended_at IS NOT NULL))
);
-- One after the other (S005): on a machine, and in a tournament.
CREATE UNIQUE INDEX agon_tournament_run_machine ON agon_tournament_run (machine) WHERE state = 'running';
CREATE UNIQUE INDEX agon_tournament_run_alone ON agon_tournament_run (tournament_id) WHERE state = 'running';
CREATE INDEX agon_tournament_run_queued ON agon_tournament_run (test_date, run_order) WHERE state = 'queued';

-- A run takes every slot of its machine: from then on no job gets one of them, and it starts when the last job there has ended.
ALTER TABLE agon_device_slot ADD COLUMN held_by_run TEXT;

-- How far a winner is on its way to be the next baseline (S055). Each step may be taken twice.
CREATE TABLE agon_promotion (
    tournament_id TEXT PRIMARY KEY REFERENCES tournament_tournaments (tournament_id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'pushed', 'built', 'done', 'held', 'skipped')),
    confirmed BOOLEAN NOT NULL DEFAULT FALSE,       -- an operator said that it is right all the same (D14)
    baseline_id TEXT REFERENCES baseline_registry (baseline_id),
    reason TEXT,                    -- why it is held or skipped, or what the last try failed of
    updated_at TEXT NOT NULL,
    CHECK (state <> 'done' OR baseline_id IS NOT NULL)
);
