#include "worker/shadow/begin.h"

#include "worker/lane/gap.h"
#include "worker/lane/look_back.h"

static enum rc open_store(struct follow *f, const struct database *database, struct err *e)
{
	const struct pipeline *pipeline = f->owner.settings->pipeline;
	const struct plan_place place = {f->owner.partition, pipeline->partition_count};

	/* Each time: behind the name there may be another database by now. */
	if (pipeline_verify_database(pipeline, database, PIPELINE_SHADOW, e) ||
	    store_open(&f->owner.store, &database->settings, &place, f->owner.settings->cached_seats, e))
		return e->rc;
	return store_take_over(f->owner.store, 0, e);
}

/* Does the topic hold what was decided last, and everything from there on? */
static enum rc check(struct follow *f, struct kafka_reader *reader, int64_t first, int64_t end,
                     struct err *e)
{
	const struct progress *progress = store_progress(f->owner.store);
	bool is_accepted = false;

	f->owner.answered = progress->next_offset;
	if (progress->next_offset > end)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the log ends at offset %lld, the scratch database has decided below %lld",
		               (long long)end, (long long)progress->next_offset);
	if (gap_is_there(&f->owner, first) && gap_is_accepted(&f->owner, first, &is_accepted, e))
		return e->rc;
	if (progress->next_offset < first && !is_accepted)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the requests are kept from offset %lld on only; a shadow needs those from %lld "
		               "on: begin with a copy of the installation's database",
		               (long long)first, (long long)progress->next_offset);
	if (progress->last_offset < first)
		return RC_OK;
	return look_back_at_record(reader, f->owner.settings->pipeline->topics.requests,
	                           f->owner.partition, progress->last_offset, progress->last_digest, e);
}

/* Read what was compared, and go on behind it; what is decided and was not is compared from its row. */
static enum rc open_book(struct follow *f, const struct database *database, int64_t first,
                         struct err *e)
{
	int64_t decided = store_progress(f->owner.store)->next_offset;
	struct book *book = &f->book;

	if (book_open(book, &database->settings, f->owner.partition, decided, e))
		return e->rc;
	if (book->compared > decided && book->compared > first)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "compared below offset %lld, decided below %lld: the scratch database lost "
		               "commits; make it anew", (long long)book->compared, (long long)decided);
	if (book->compared < first) { /* their records are gone */
		book->more.unseen += (decided < first ? decided : first) - book->compared;
		book->unsaved = first;
	}
	return RC_OK;
}

enum rc begin_following(struct follow *f, struct err *e)
{
	const struct pipeline *pipeline = f->owner.settings->pipeline;
	const struct database *database = database_of(&pipeline->databases, f->owner.partition);
	const char *topic = pipeline->topics.requests;
	struct kafka_reader *reader = NULL;
	int64_t first, end;
	enum rc rc = kafka_pool_take_reader(pipeline->pool, true, &reader, e);

	if (!rc)
		rc = kafka_reader_bounds(reader, topic, f->owner.partition, &first, &end, e);
	if (!rc)
		rc = open_store(f, database, e);
	if (!rc)
		rc = check(f, reader, first, end, e);
	if (!rc)
		rc = open_book(f, database, first, e);
	kafka_pool_give_reader(pipeline->pool, reader, rc);
	if (!rc)
		rc = listen_open(&f->listen, pipeline, f->owner.partition, f->book.unsaved, e);
	f->judge.listen = f->listen;
	/* A new one: the other may still have old records in its queue. */
	if (!rc)
		rc = kafka_reader_open(&f->requests, &pipeline->kafka, true, e);
	if (!rc)
		rc = kafka_reader_start(f->requests, topic, f->owner.partition, f->book.unsaved, e);
	f->end = end;
	return rc;
}
