-- Tournaments (tournament contract, 1.2), in the schema tournament.
-- Enums are words in lower case. What Agon adds is named agon_: a tournament's limit and policy, pinned sources, the queue of runs, promotions.

CREATE SCHEMA IF NOT EXISTS tournament;

CREATE TABLE tournament.baseline_registry (
    baseline_id UUID PRIMARY KEY,
    image_type TEXT NOT NULL CHECK (image_type IN ('analytics', 'ml')),
    version TEXT NOT NULL,
    github_repository TEXT NOT NULL,
    docker_image_tag TEXT NOT NULL,
    commit_hash TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('building', 'active', 'deprecated', 'failed')),
    originated_from_hotkey TEXT,
    originated_from_tournament_id UUID,
    created_at TIMESTAMPTZ NOT NULL,
    activated_at TIMESTAMPTZ,
    deprecated_at TIMESTAMPTZ,
    UNIQUE (image_type, version),
    CHECK ((status IN ('active', 'deprecated')) = (activated_at IS NOT NULL)),
    CHECK ((status = 'deprecated') = (deprecated_at IS NOT NULL))
);
-- One is active (D34), and a tournament makes one.
CREATE UNIQUE INDEX baseline_registry_active ON tournament.baseline_registry (image_type) WHERE status = 'active';
CREATE UNIQUE INDEX baseline_registry_origin ON tournament.baseline_registry (originated_from_tournament_id) WHERE status <> 'failed';

CREATE TABLE tournament.tournament_tournaments (
    tournament_id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    image_type TEXT NOT NULL CHECK (image_type IN ('analytics', 'ml')),
    registration_start DATE NOT NULL,
    registration_end DATE NOT NULL,
    competition_start DATE NOT NULL,
    competition_end DATE NOT NULL,
    max_participants INTEGER NOT NULL CHECK (max_participants > 0),
    epoch_days INTEGER NOT NULL CHECK (epoch_days > 0),
    test_networks TEXT[] NOT NULL,
    test_window_days INTEGER[] NOT NULL,
    baseline_id UUID NOT NULL REFERENCES tournament.baseline_registry (baseline_id),
    status TEXT NOT NULL CHECK (status IN ('draft', 'registration', 'in_progress', 'scoring', 'completed', 'cancelled')),
    current_day INTEGER NOT NULL DEFAULT 0 CHECK (current_day BETWEEN 0 AND epoch_days),
    winner_hotkey TEXT,
    baseline_beaten BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMPTZ NOT NULL,
    completed_at TIMESTAMPTZ,
    CHECK (registration_start <= registration_end AND registration_end < competition_start AND competition_start <= competition_end),
    CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
    CHECK (winner_hotkey IS NULL OR status = 'completed'),
    CHECK (NOT baseline_beaten OR winner_hotkey IS NOT NULL)
);
CREATE INDEX tournament_tournaments_competition ON tournament.tournament_tournaments (competition_start DESC, tournament_id);

-- Fixed when the tournament is created. The verdict comes with the results.
CREATE TABLE tournament.agon_tournament (
    tournament_id UUID PRIMARY KEY REFERENCES tournament.tournament_tournaments (tournament_id) ON DELETE CASCADE,
    max_execution_time_seconds DOUBLE PRECISION NOT NULL CHECK (max_execution_time_seconds > 0),
    pattern_accuracy_weight DOUBLE PRECISION NOT NULL,
    data_correctness_weight DOUBLE PRECISION NOT NULL,
    performance_weight DOUBLE PRECISION NOT NULL,
    speed_cap DOUBLE PRECISION,                -- null: none
    promotion TEXT CHECK (promotion IN ('promote', 'skip_not_beaten', 'skip_no_winner', 'hold_baseline_invalid'))
);

CREATE TABLE tournament.tournament_participants (
    tournament_id UUID NOT NULL REFERENCES tournament.tournament_tournaments (tournament_id) ON DELETE CASCADE,
    hotkey TEXT NOT NULL,
    participant_type TEXT NOT NULL CHECK (participant_type IN ('miner', 'baseline')),
    registered_at TIMESTAMPTZ NOT NULL,
    registration_order INTEGER NOT NULL CHECK (registration_order >= 0),
    github_repository TEXT,
    docker_image_tag TEXT,
    miner_database_name TEXT,
    baseline_id UUID REFERENCES tournament.baseline_registry (baseline_id),
    status TEXT NOT NULL CHECK (status IN ('registered', 'active', 'completed', 'failed', 'disqualified')),
    is_disqualified BOOLEAN NOT NULL DEFAULT FALSE,
    disqualification_reason TEXT,
    disqualified_on_day INTEGER,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tournament_id, hotkey),
    UNIQUE (tournament_id, registration_order),
    CHECK ((participant_type = 'baseline') = (registration_order = 0)),
    CHECK ((participant_type = 'baseline') = (baseline_id IS NOT NULL)),
    CHECK (is_disqualified OR (disqualification_reason IS NULL AND disqualified_on_day IS NULL)),
    CHECK (is_disqualified OR status <> 'disqualified')
);

-- What is run: resolved at registration, so that nothing which moves later changes it. Null where it does not apply.
CREATE TABLE tournament.agon_participant_source (
    tournament_id UUID NOT NULL,
    hotkey TEXT NOT NULL,
    repository TEXT,
    commit_hash TEXT,
    image_id TEXT,
    image_tag TEXT,
    folder TEXT,
    folder_hash TEXT,
    PRIMARY KEY (tournament_id, hotkey),
    FOREIGN KEY (tournament_id, hotkey) REFERENCES tournament.tournament_participants (tournament_id, hotkey) ON DELETE CASCADE
);

CREATE TABLE tournament.agon_baseline_source (
    baseline_id UUID PRIMARY KEY REFERENCES tournament.baseline_registry (baseline_id) ON DELETE CASCADE,
    repository TEXT,
    commit_hash TEXT,
    image_id TEXT,
    image_tag TEXT,
    folder TEXT,
    folder_hash TEXT
);

CREATE TABLE tournament.benchmark_epochs (
    epoch_id UUID PRIMARY KEY,
    hotkey TEXT NOT NULL,
    image_type TEXT NOT NULL CHECK (image_type IN ('analytics', 'ml')),
    start_date DATE NOT NULL,
    end_date DATE NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed')),
    docker_image_tag TEXT NOT NULL DEFAULT '',
    miner_database_name TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL,
    completed_at TIMESTAMPTZ,
    tournament_id UUID UNIQUE REFERENCES tournament.tournament_tournaments (tournament_id) ON DELETE CASCADE,
    CHECK ((status IN ('completed', 'failed')) = (completed_at IS NOT NULL))
);

CREATE TABLE tournament.benchmark_analytics_daily_runs (
    run_id UUID PRIMARY KEY,
    epoch_id UUID NOT NULL REFERENCES tournament.benchmark_epochs (epoch_id) ON DELETE CASCADE,
    hotkey TEXT NOT NULL,
    test_date DATE NOT NULL,
    network TEXT NOT NULL,
    window_days INTEGER NOT NULL CHECK (window_days > 0),
    processing_date DATE,
    execution_time_seconds DOUBLE PRECISION NOT NULL DEFAULT 0 CHECK (execution_time_seconds >= 0),
    data_correctness_passed BOOLEAN NOT NULL DEFAULT FALSE,
    status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'timeout', 'failed')),
    tournament_id UUID REFERENCES tournament.tournament_tournaments (tournament_id) ON DELETE CASCADE,
    participant_type TEXT NOT NULL CHECK (participant_type IN ('miner', 'baseline')),
    run_order INTEGER NOT NULL CHECK (run_order > 0),
    is_disqualified BOOLEAN NOT NULL DEFAULT FALSE,
    disqualification_reason TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    container_exit_code INTEGER,
    gpu_memory_peak_mb DOUBLE PRECISION,
    error_message TEXT,
    synthetic_patterns_recall DOUBLE PRECISION NOT NULL DEFAULT 0,
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

CREATE TABLE tournament.benchmark_ml_daily_runs (
    run_id UUID PRIMARY KEY,
    epoch_id UUID NOT NULL REFERENCES tournament.benchmark_epochs (epoch_id) ON DELETE CASCADE,
    hotkey TEXT NOT NULL,
    test_date DATE NOT NULL,
    network TEXT NOT NULL,
    window_days INTEGER NOT NULL CHECK (window_days > 0),
    processing_date DATE,
    execution_time_seconds DOUBLE PRECISION NOT NULL DEFAULT 0 CHECK (execution_time_seconds >= 0),
    data_correctness_passed BOOLEAN NOT NULL DEFAULT FALSE,
    status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'timeout', 'failed')),
    tournament_id UUID REFERENCES tournament.tournament_tournaments (tournament_id) ON DELETE CASCADE,
    participant_type TEXT NOT NULL CHECK (participant_type IN ('miner', 'baseline')),
    run_order INTEGER NOT NULL CHECK (run_order > 0),
    is_disqualified BOOLEAN NOT NULL DEFAULT FALSE,
    disqualification_reason TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    container_exit_code INTEGER,
    gpu_memory_peak_mb DOUBLE PRECISION,
    error_message TEXT,
    auc_roc DOUBLE PRECISION,
    precision_at_recall_80 DOUBLE PRECISION,
    UNIQUE (tournament_id, hotkey, test_date, network, window_days),
    UNIQUE (tournament_id, test_date, run_order),
    CHECK (is_disqualified OR disqualification_reason IS NULL)
);

CREATE TABLE tournament.tournament_results (
    tournament_id UUID NOT NULL REFERENCES tournament.tournament_tournaments (tournament_id) ON DELETE CASCADE,
    hotkey TEXT NOT NULL,
    participant_type TEXT NOT NULL CHECK (participant_type IN ('miner', 'baseline')),
    pattern_accuracy_score DOUBLE PRECISION NOT NULL,
    data_correctness_score DOUBLE PRECISION NOT NULL,
    performance_score DOUBLE PRECISION NOT NULL,
    final_score DOUBLE PRECISION NOT NULL,
    data_correctness_all_days BOOLEAN NOT NULL,
    all_runs_within_time_limit BOOLEAN NOT NULL,
    days_completed INTEGER NOT NULL,
    total_runs_completed INTEGER NOT NULL,
    average_execution_time_seconds DOUBLE PRECISION NOT NULL,
    baseline_comparison_ratio DOUBLE PRECISION NOT NULL,
    rank INTEGER NOT NULL CHECK (rank > 0),
    is_winner BOOLEAN NOT NULL,
    beat_baseline BOOLEAN NOT NULL,
    miners_beaten INTEGER NOT NULL,
    calculated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tournament_id, hotkey),
    UNIQUE (tournament_id, rank),
    FOREIGN KEY (tournament_id, hotkey) REFERENCES tournament.tournament_participants (tournament_id, hotkey) ON DELETE CASCADE
);
CREATE UNIQUE INDEX tournament_results_winner ON tournament.tournament_results (tournament_id) WHERE is_winner;

-- The queue of runs; its row and the contract's are written together.
--   queued --claim--> running --result--> done
--     ^---fault of ours---'
CREATE TABLE tournament.agon_tournament_run (
    run_id UUID PRIMARY KEY,
    tournament_id UUID NOT NULL REFERENCES tournament.tournament_tournaments (tournament_id) ON DELETE CASCADE,
    test_date DATE NOT NULL,
    run_order INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done')),
    attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    worker TEXT,
    machine TEXT,
    lease_until TIMESTAMPTZ,
    run_after TIMESTAMPTZ NOT NULL,
    started_at TIMESTAMPTZ,               -- of the last attempt: when the machine was its own
    ended_at TIMESTAMPTZ,
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
CREATE UNIQUE INDEX agon_tournament_run_machine ON tournament.agon_tournament_run (machine) WHERE state = 'running';
CREATE UNIQUE INDEX agon_tournament_run_alone ON tournament.agon_tournament_run (tournament_id) WHERE state = 'running';
CREATE INDEX agon_tournament_run_queued ON tournament.agon_tournament_run (test_date, run_order) WHERE state = 'queued';

-- A run takes every slot of its machine: from then on no job gets one of them, and it starts when the last job there has ended.
ALTER TABLE agon_device_slot ADD COLUMN held_by_run UUID;

-- How far a winner is on its way to be the next baseline (S055). Each step may be taken twice.
CREATE TABLE tournament.agon_promotion (
    tournament_id UUID PRIMARY KEY REFERENCES tournament.tournament_tournaments (tournament_id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'pushed', 'built', 'done', 'held', 'skipped')),
    confirmed BOOLEAN NOT NULL DEFAULT FALSE,       -- an operator said that it is right all the same (D14)
    baseline_id UUID REFERENCES tournament.baseline_registry (baseline_id),
    reason TEXT,                    -- why it is held or skipped, or what the last try failed of
    updated_at TIMESTAMPTZ NOT NULL,
    CHECK (state <> 'done' OR baseline_id IS NOT NULL)
);
