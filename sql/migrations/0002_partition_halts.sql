-- Version 2. Which partitions stand still, and why: for `holdfast-admin status`. Written as well as
-- can be by the worker when a lane halts; the row goes when a lane acquires the partition.

CREATE TABLE holdfast.partition_halts (
	partition integer PRIMARY KEY,
	at timestamptz NOT NULL,
	"offset" bigint, -- of the record that could not be decided or answered; null: none is to blame
	sqlstate text COLLATE "C",
	reason text NOT NULL
);
