/* The shows that the demo lists, of all databases. Section 2 of docs/http.md. */
#include "gateway/pieces.h"
#include "gateway/rows/listing.h"

static int32_t partition_with(const struct pipeline *pipeline, size_t database)
{
	const struct database_map *map = &pipeline->databases;

	for (int32_t p = 0; p < pipeline->partition_count; p++)
		if (database_of(map, p) == &map->list[database])
			return p;
	return 0;
}

static enum rc read_shows(struct desk_job *job, struct db *db, struct err *e)
{
	struct asker *asker = asker_of_job(job);

	return listing_read(db, &asker->reply, e);
}

/* The next database's, until there is none. */
static void on_shows(struct desk_job *job, enum rc rc, const struct err *e)
{
	struct asker *asker = asker_of_job(job);
	const struct pipeline *pipeline = asker->gateway->settings.pipeline;

	(void)e;
	if (rc) {
		asker_refuse_rows(asker);
	} else if (++asker->database < pipeline->databases.count) {
		asker_give(asker, partition_with(pipeline, asker->database));
	} else {
		buf_add(&asker->reply, "]", 1);
		asker_answer(asker, 200, "application/json", buf_text(&asker->reply), NULL);
	}
}

void asker_list_shows(struct asker *asker)
{
	const struct gateway_settings *settings = &asker->gateway->settings;

	if (!settings->is_demo || !settings->has_pages) {
		asker_refuse(asker, 404, "NOT_FOUND", "There is nothing at this path.");
		return;
	}
	buf_add(&asker->reply, "[", 1);
	asker->job.read = read_shows;
	asker->job.done = on_shows;
	asker_give(asker, partition_with(settings->pipeline, 0));
}
