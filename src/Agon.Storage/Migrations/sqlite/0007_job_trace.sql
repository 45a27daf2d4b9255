-- The span that accepted a job, as a W3C traceparent: the process that runs it goes on with the same trace.

ALTER TABLE agon_job ADD COLUMN trace TEXT;
