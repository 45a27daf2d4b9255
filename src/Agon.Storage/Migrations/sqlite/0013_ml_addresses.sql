-- Whether every address that a run scores is in its dataset, as for analytics; null where the outputs were not judged.
ALTER TABLE benchmark_ml_daily_runs ADD COLUMN all_addresses_exist BOOLEAN;
