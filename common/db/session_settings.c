#include "common/db/session_settings.h"

#define IDLE_IN_TRANSACTION_MS 10000

void db_session_script(const struct db_settings *s, struct buf *sql)
{
	buf_print(sql,
	          "SET search_path = pg_catalog; SET timezone = 'UTC'; SET synchronous_commit = on;"
	          "SET jit = off; SET client_min_messages = warning;"
	          "SET statement_timeout = %lld; SET lock_timeout = %lld;"
	          "SET idle_in_transaction_session_timeout = %d;",
	          (long long)(s->answer_ms - s->answer_ms / 10),
	          (long long)(s->answer_ms - s->answer_ms / 4), IDLE_IN_TRANSACTION_MS);
	if (s->idle_session_ms > 0)
		buf_print(sql, "SET idle_session_timeout = %lld;", (long long)s->idle_session_ms);
	if (s->has_pinned_plans)
		buf_add_string(sql, "SET enable_seqscan = off; SET enable_hashjoin = off;"
		                    "SET enable_mergejoin = off; SET enable_bitmapscan = off;"
		                    "SET enable_material = off;"
		                    "SET plan_cache_mode = force_generic_plan;");
}
