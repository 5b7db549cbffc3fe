-- Version 7. Requests that are gone from the head of a partition, and who has said that nothing is
-- missing: written by `holdfast-admin accept-gap`, read by a worker that finds them gone.

CREATE TABLE holdfast.accepted_gaps (
	partition integer NOT NULL,
	first_offset bigint NOT NULL, -- of the requests that were kept then
	answered bigint NOT NULL,     -- up to there they were answered,
	next_offset bigint NOT NULL,  -- and up to there decided; from there to first_offset nobody will
	at timestamptz NOT NULL,
	database_user text NOT NULL,
	os_user text NOT NULL,
	host text NOT NULL,
	reason text NOT NULL,
	PRIMARY KEY (partition, first_offset),
	CHECK (0 <= answered AND answered <= next_offset)
);
