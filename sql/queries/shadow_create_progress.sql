CREATE TABLE IF NOT EXISTS holdfast.shadow_progress (
	partition integer PRIMARY KEY,
	started_at bigint NOT NULL,     -- the first request that was compared
	compared_until bigint NOT NULL, -- and the next one
	same bigint NOT NULL,
	reworded bigint NOT NULL,       -- the same but for the message of the reply
	different bigint NOT NULL,
	unseen bigint NOT NULL,         -- its reply is not kept, or not where a shadow looks
	saved_at timestamptz NOT NULL
) WITH (fillfactor = 50)
