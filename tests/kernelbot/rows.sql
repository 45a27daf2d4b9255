-- What years of KernelBot leave behind, one row for each clause of its ranking rule (contract section 9) and one for each
-- oddity: ids that are no numbers, users without a name, ids in clear and shared, scores beyond a double's digits, NaN.

INSERT INTO leaderboard.leaderboard (id, name, deadline, task, creator_id, forum_id, secret_seed, description, visibility) VALUES
    (1, 'grayscale', '2025-06-30 23:59+00', '{"lang": "py", "files": {"eval.py": "import task", "submission.py": "@SUBMISSION@"},
        "config": {"main": "eval.py"}, "libraries": [], "tests": [{"size": 127, "seed": 4242}], "test_timeout": 180, "benchmarks": [{"size": 1024, "seed": 1}],
        "benchmark_timeout": 180, "ranked_timeout": 420, "ranking_by": "geom", "seed": null, "multi_gpu": false}', 1234567890123, 99, 1337133713, 'Make it gray', 'public'),
    (2, 'members-only', '2030-01-01+00', '{"lang": "cu", "files": {"submission.cu": "@SUBMISSION@"}, "config": {"sources": ["submission.cu"], "include_dirs": [], "defines": {}, "compile_flags": []},
        "libraries": [], "tests": [], "test_timeout": 180, "benchmarks": [{"n": 1}], "benchmark_timeout": 180, "ranked_timeout": 180, "ranking_by": "last",
        "seed": 7, "multi_gpu": false}', 0, -1, 42, 'By invitation', 'closed');
INSERT INTO leaderboard.gpu_type VALUES (1, 'B200'), (1, 'H100'), (2, 'MI300');
INSERT INTO leaderboard.templates (leaderboard_id, lang, code) VALUES (1, 'Python', 'def custom_kernel(data): ...'), (1, 'Triton', 'import triton'), (2, 'CUDA', '// here');
INSERT INTO leaderboard.user_info (id, user_name, cli_id, cli_valid, cli_auth_provider, created_at, web_auth_id, is_banned) VALUES
    ('101', 'ada', 'ada-in-clear', TRUE, 'discord', '2025-01-02 03:04:05.678901', NULL, FALSE),
    ('102', 'bob', NULL, FALSE, NULL, NULL, '0123456789abcdef0123456789abcdef', FALSE),
    ('103', NULL, 'shared', TRUE, 'github', '2025-02-01', NULL, FALSE),
    ('104', 'mallory', 'mallory-in-clear', TRUE, 'github', '2025-02-01', NULL, TRUE),
    ('gh-eve', 'eve', 'eve-in-clear', TRUE, 'github', '2025-02-01', NULL, FALSE),
    ('temp_9', 'temp_user_9', 'shared', FALSE, 'discord', '2025-02-01', NULL, FALSE);
INSERT INTO leaderboard.code_files (id, old_code, code) VALUES (1, 'import torch', 'import torch'), (2, NULL, 'print("größer")'), (3, NULL, '\x00ff');
INSERT INTO leaderboard.submission (id, leaderboard_id, file_name, user_id, code_id, submission_time, done, status, mode_category) VALUES
    (1, 1, 'first.py', '101', 1, '2025-03-01 10:00+00', TRUE, 'active', NULL),               -- ranked, but not ada's best
    (2, 1, 'best.py', '101', 2, '2025-03-02 10:00+00', TRUE, 'active', 'leaderboard'),        -- ada's best
    (3, 1, 'late tie.py', '102', 1, '2025-03-04 10:00+00', TRUE, 'active', 'leaderboard'),    -- as good as 4, later
    (4, 1, 'early tie.py', '103', 1, '2025-03-03 10:00+00', TRUE, NULL, 'leaderboard'),       -- a status of before the column; nobody's name
    (5, 1, 'banned.py', '104', 1, '2025-03-05 10:00+00', TRUE, 'active', 'leaderboard'),      -- a banned user's place stays
    (6, 1, 'failed job.py', 'gh-eve', 1, '2025-03-06 10:00+00', TRUE, 'active', 'leaderboard'),
    (7, 1, 'hacked.py', 'gh-eve', 1, '2025-03-06 11:00+00', TRUE, 'hacked', 'leaderboard'),
    (8, 1, 'hacked job.py', 'gh-eve', 1, '2025-03-06 12:00+00', TRUE, 'active', 'leaderboard'),
    (9, 1, 'secret failed.py', 'gh-eve', 1, '2025-03-06 13:00+00', TRUE, 'active', 'leaderboard'),
    (10, 1, 'secret test failed.py', 'gh-eve', 1, '2025-03-06 14:00+00', TRUE, 'active', 'leaderboard'),
    (11, 1, 'secret missing.py', 'gh-eve', 1, '2025-03-06 15:00+00', TRUE, 'active', 'leaderboard'),
    (12, 1, 'public failed.py', 'gh-eve', 1, '2025-03-06 16:00+00', TRUE, 'active', 'leaderboard'),
    (13, 1, 'after the deadline.py', 'gh-eve', 1, '2025-07-06 16:00+00', TRUE, 'active', 'leaderboard'), -- the deadline is not looked at
    (14, 1, 'not a number.py', 'temp_9', 3, '2025-03-07 10:00+00', TRUE, 'active', 'leaderboard'),
    (15, 1, 'a test.py', '101', 1, '2025-03-08 10:00+00', TRUE, 'active', 'test'),
    (16, 1, 'waits for ever.py', '101', 1, '2025-03-09 10:00+00', FALSE, 'active', 'leaderboard'),
    (17, 2, 'inside.cu', '101', 1, '2025-03-10 10:00+00', TRUE, 'active', 'leaderboard');
INSERT INTO leaderboard.submission_job_status (submission_id, status, error, created_at, last_heartbeat) VALUES
    (2, 'succeeded', NULL, '2025-03-02 10:00+00', '2025-03-02 10:05+00'),
    (6, 'failed', 'the runner went away', '2025-03-06 10:00+00', NULL),
    (8, 'hacked', 'rules: L2 poke', NULL, NULL),
    (15, 'succeeded', NULL, '2025-03-08 10:00+00', '2025-03-08 10:00:30+00'),
    (16, 'pending', NULL, '2025-03-09 10:00+00', NULL);

-- A public leaderboard run with this score, and what stands behind it in secret; a time out is stored without results.
INSERT INTO leaderboard.runs (submission_id, start_time, end_time, mode, secret, runner, score, passed, compilation, meta, result, system_info)
SELECT submission, '2025-03-01 10:01+00', '2025-03-01 10:02:03.456789+00', mode, secret, runner, score, passed, NULL,
       '{"stdout": "", "stderr": "warning: slow\n", "success": true, "exit_code": 0, "command": "python3 eval.py", "duration": 1.25}',
       CASE WHEN passed THEN '{"check": "pass", "benchmark-count": "1", "benchmark.0.mean": "3300000.0"}'::jsonb END,
       '{"gpu": "NVIDIA B200", "device_count": 1, "cpu": "many", "runtime": "CUDA", "platform": "Linux", "torch": "2.9", "hostname": "pod"}'
FROM (VALUES
    (1, 'leaderboard', FALSE, 'B200', 0.004, TRUE), (1, 'leaderboard', TRUE, 'B200', 0.0041, TRUE),
    (2, 'test', FALSE, 'B200', NULL, TRUE), (2, 'benchmark', FALSE, 'B200', NULL, TRUE), (2, 'leaderboard', FALSE, 'B200', 0.0033000000000000000012, TRUE),
    (2, 'test', TRUE, 'B200', NULL, TRUE), (2, 'benchmark', TRUE, 'B200', NULL, TRUE), (2, 'leaderboard', TRUE, 'B200', 0.0034, TRUE),
    (2, 'leaderboard', FALSE, 'H100', 0.009, TRUE), (2, 'leaderboard', TRUE, 'H100', 0.009, TRUE),
    (3, 'leaderboard', FALSE, 'B200', 0.0033000000000000000011, TRUE), (3, 'leaderboard', TRUE, 'B200', 0.0035, TRUE),
    (4, 'leaderboard', FALSE, 'B200', 0.00330000000000000000110, TRUE), (4, 'leaderboard', TRUE, 'B200', 0.0036, TRUE),
    (5, 'leaderboard', FALSE, 'B200', 0.02, TRUE), (5, 'leaderboard', TRUE, 'B200', 0.02, TRUE),
    (6, 'leaderboard', FALSE, 'B200', 0.03, TRUE), (6, 'leaderboard', TRUE, 'B200', 0.03, TRUE), (6, 'leaderboard', TRUE, 'H100', NULL, FALSE),
    (7, 'leaderboard', FALSE, 'B200', 0.001, TRUE), (7, 'leaderboard', TRUE, 'B200', 0.001, TRUE),
    (8, 'leaderboard', FALSE, 'B200', 0.001, TRUE), (8, 'leaderboard', TRUE, 'B200', 0.001, TRUE),
    (9, 'leaderboard', FALSE, 'B200', 0.001, TRUE), (9, 'leaderboard', TRUE, 'B200', NULL, FALSE),
    (10, 'leaderboard', FALSE, 'B200', 0.001, TRUE), (10, 'test', TRUE, 'B200', NULL, FALSE), (10, 'leaderboard', TRUE, 'B200', 0.001, TRUE),
    (11, 'leaderboard', FALSE, 'B200', 0.001, TRUE), (11, 'leaderboard', TRUE, 'H100', 0.001, TRUE),
    (12, 'leaderboard', FALSE, 'B200', 0.001, FALSE), (12, 'leaderboard', TRUE, 'B200', 0.001, TRUE),
    (13, 'leaderboard', FALSE, 'B200', 0.05, TRUE), (13, 'leaderboard', TRUE, 'B200', 0.05, TRUE),
    (14, 'leaderboard', FALSE, 'B200', 'NaN', TRUE), (14, 'leaderboard', TRUE, 'B200', 'NaN', TRUE),
    (15, 'test', FALSE, 'B200', NULL, TRUE),
    (17, 'leaderboard', FALSE, 'MI300', 0.5, TRUE), (17, 'leaderboard', TRUE, 'MI300', 0.5, TRUE)
) AS run (submission, mode, secret, runner, score, passed);
INSERT INTO leaderboard.leaderboard_invite (id, code, user_id, claimed_at) VALUES (1, 'claimed-code-0123456789', '101', '2025-03-01+00'), (2, 'open-code-012345678901', NULL, NULL);
INSERT INTO leaderboard.leaderboard_invite_scope VALUES (1, 2), (2, 1), (2, 2);
INSERT INTO leaderboard.rate_limit (leaderboard_id, mode_category, max_submissions_per_hour) VALUES (1, 'test', 30), (1, 'leaderboard', 0);
INSERT INTO leaderboard.draft_code (leaderboard_id, user_id, code) VALUES (1, '101', 'half a kernel');
SELECT setval(pg_get_serial_sequence('leaderboard.leaderboard', 'id'), 2), setval(pg_get_serial_sequence('leaderboard.submission', 'id'), 17),
       setval(pg_get_serial_sequence('leaderboard.code_files', 'id'), 3), setval(pg_get_serial_sequence('leaderboard.leaderboard_invite', 'id'), 2);
