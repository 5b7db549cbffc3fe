-- The records of the topics of requests, replies and events: partition, offset, time, value.
CREATE TEMP TABLE req (p int, n bigint, t bigint, v jsonb);
CREATE TEMP TABLE rep (p int, n bigint, t bigint, v jsonb);
CREATE TEMP TABLE ev (p int, n bigint, t bigint, v jsonb);
