CREATE TABLE IF NOT EXISTS holdfast.shadow_differences (
	partition integer NOT NULL,
	show_id text COLLATE "C" NOT NULL, -- '': of requests that name none
	"offset" bigint NOT NULL,          -- of the show's first request that differs
	appended_at timestamptz NOT NULL,
	what text NOT NULL,
	decided text NOT NULL,             -- by the shadow; '': nothing
	published text NOT NULL,           -- by the installation; '': nothing
	PRIMARY KEY (partition, show_id)
)
