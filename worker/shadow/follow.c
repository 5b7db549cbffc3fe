#include "worker/shadow/follow.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "worker/lane/decide.h"
#include "worker/lane/halt.h"
#include "worker/shadow/begin.h"

#define IDLE_WAIT_MS 100
#define REPLY_WAIT_MS 20
#define SAVE_MS 500       /* what a crash makes it compare again, at most */
#define SAVE_REQUESTS 5000
#define LOOK_MS 2000
#define QUIET_MS 5000     /* requests whose answers have not begun to come then are not answered */
#define TROUBLE_MS 10000
#define REFUSED_MS 60000  /* between two tries of a partition that cannot go on */

static const struct backoff again_backoff = {.first_ms = 100, .limit_ms = 5000};

enum rc follow_open(struct follow *f, const struct lane_settings *settings, int32_t partition,
                    struct err *e)
{
	*f = (struct follow){.owner = {.settings = settings, .partition = partition}, .end = -1};
	state_open(&f->state);
	f->judge.messages = (struct messages){.pipeline = settings->pipeline, .partition = partition};
	f->judge.book = &f->book;
	f->taken = calloc(settings->batch_max, sizeof f->taken[0]);
	for (size_t i = 0; i < FOLLOW_BATCHES; i++) {
		f->batches[i].entries = calloc(settings->batch_max, sizeof f->batches[i].entries[0]);
		if (!f->batches[i].entries)
			return err_out_of_memory(e);
	}
	return f->taken ? RC_OK : err_out_of_memory(e);
}

/* What one attempt had. */
static void let_go(struct follow *f)
{
	kafka_reader_close(f->requests);
	f->requests = NULL;
	listen_close(f->listen);
	f->listen = NULL;
	book_close(&f->book);
	f->book = (struct book){0};
	owner_release(&f->owner);
	for (size_t i = 0; i < FOLLOW_BATCHES; i++)
		batch_clear(&f->batches[i]);
	f->first = f->count = f->at = 0;
	f->is_listening = f->is_at_end = false;
	f->judge.reply_since_ms = f->judge.events_since_ms = 0;
}

void follow_close(struct follow *f)
{
	let_go(f);
	judge_release(&f->judge);
	for (size_t i = 0; i < FOLLOW_BATCHES; i++)
		batch_release(&f->batches[i]);
	free(f->taken);
	state_close(&f->state);
}

/* ---- requests ---- */

static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	(void)topic, (void)partition, (void)next;
	*(bool *)context = true;
}

/* The brokers are away, or again there; the library goes on by itself. */
static enum rc note_trouble(struct follow *f, enum rc rc, const struct err *e)
{
	int64_t now_ms = clock_monotonic_ms();

	if (rc == RC_RETRY) {
		f->trouble_ms = now_ms;
		tally_say(f->owner.partition, e->text);
	} else if (f->trouble_ms && now_ms - f->trouble_ms > TROUBLE_MS) {
		f->trouble_ms = 0;
		tally_say(f->owner.partition, "");
	}
	return rc == RC_RETRY ? RC_OK : rc;
}

/* As an owner decides, but for what it had decided before the start, which is read from its rows. */
static enum rc decide(struct follow *f, struct batch *batch, struct err *e)
{
	const struct progress *progress = store_progress(f->owner.store);
	size_t known = 0;
	enum next next = NEXT_ON;

	if (!batch_decode(batch, progress->decided_until_ms))
		return err_out_of_memory(e);
	while (known < batch->count && batch->entries[known].record.offset < progress->next_offset)
		known++;
	if (known)
		next = decide_recall(&f->owner, &f->state, batch, 0, known);
	if (next == NEXT_ON && known < batch->count)
		next = decide_batch(&f->owner, &f->state, batch, known, batch->count - known, NULL);
	state_goes_on(&f->state);
	switch (next) {
	case NEXT_ON:
		return RC_OK;
	case NEXT_AGAIN:
		return err_set(e, RC_FENCED, FROM_PIPELINE, "another shadow took the rows over");
	case NEXT_STOP:
		return err_set(e, RC_RETRY, FROM_PROGRAM, "stopped");
	case NEXT_LEAVE:
	case NEXT_HALT:
		break;
	}
	halt_log(&f->state.halt);
	*e = f->state.halt.why;
	if (next == NEXT_HALT) /* whatever it is for a lane, nothing but a new scratch database helps */
		e->rc = RC_FATAL;
	return e->rc;
}

static enum rc start_listening(struct follow *f, const struct record *first, struct err *e)
{
	int64_t since_ms = !first ? INT64_MAX : first->is_append_time ? first->timestamp_ms : 0;

	f->is_listening = true;
	return listen_start(f->listen, since_ms, e);
}

/* Take what is there, up to a batch, and decide it. */
static enum rc take(struct follow *f, int64_t wait_ms, struct err *e)
{
	struct batch *batch = &f->batches[(f->first + f->count) % FOLLOW_BATCHES];
	bool is_ended = false;
	size_t count = 0;
	enum rc rc = kafka_reader_take(f->requests, f->taken, f->owner.settings->batch_max, &count,
	                               wait_ms, on_end, &is_ended, e);

	for (size_t i = 0; i < count; i++) {
		batch->entries[batch->count++] = (struct entry){.record = f->taken[i]};
		f->taken[i] = (struct record){0};
	}
	rc = note_trouble(f, rc, e);
	if (count)
		f->is_at_end = false;
	f->is_at_end |= is_ended;
	if (!rc && !f->is_listening && (count || is_ended))
		rc = start_listening(f, count ? &batch->entries[0].record : NULL, e);
	if (!rc && count)
		rc = decide(f, batch, e);
	if (rc)
		return rc;
	f->count += count > 0;
	return RC_OK;
}

/* ---- comparing ---- */

static void show(const struct follow *f)
{
	const struct tally tally = {.decided = store_progress(f->owner.store)->next_offset,
	                            .compared = f->book.compared, .end = f->end,
	                            .counts = f->book.counts, .shows = f->book.shows};

	tally_set(f->owner.partition, &tally);
}

static enum rc save(struct follow *f, struct err *e)
{
	f->saved_ms = clock_monotonic_ms();
	if (book_save(&f->book, e))
		return e->rc;
	judge_tell(&f->book);
	book_clear(&f->book);
	show(f);
	return RC_OK;
}

/* All whose answers are there, in order. */
static enum rc compare(struct follow *f, struct err *e)
{
	while (f->count) {
		struct batch *batch = &f->batches[f->first];
		bool is_done;

		if (judge_entry(&f->judge, &batch->entries[f->at], &is_done, e))
			return e->rc;
		if (!is_done)
			break;
		f->compared++;
		f->moved_ms = clock_monotonic_ms();
		if (++f->at < batch->count)
			continue;
		batch_clear(batch);
		f->first = (f->first + 1) % FOLLOW_BATCHES;
		f->count--;
		f->at = 0;
	}
	if (book_is_full(&f->book) || f->book.unsaved - f->book.compared >= SAVE_REQUESTS ||
	    clock_monotonic_ms() - f->saved_ms >= SAVE_MS)
		return save(f, e);
	return RC_OK;
}

/* Where the log ends, for who looks on: not often, and nothing is lost where it is not known. */
static void look_at_end(struct follow *f)
{
	int64_t now_ms = clock_monotonic_ms(), end;
	struct err ignored;

	if (now_ms - f->looked_ms < LOOK_MS)
		return;
	f->looked_ms = now_ms;
	if (!kafka_reader_end(f->requests, f->owner.settings->pipeline->topics.requests,
	                      f->owner.partition, LOOK_MS, &end, &ignored))
		f->end = end;
	show(f);
}

static bool is_caught_up(struct follow *f)
{
	if (!f->is_at_end || f->book.unsaved != f->book.compared || f->book.found_count)
		return false;
	if (!f->count) /* also where nothing was compared it is known that it could have been */
		return listen_has_heard(f->listen);
	return listen_has_ended(f->listen) && clock_monotonic_ms() - f->moved_ms >= QUIET_MS;
}

static enum rc go_on(struct follow *f, struct err *e)
{
	uint64_t before = f->compared;
	bool has_moved = true;

	f->moved_ms = clock_monotonic_ms();
	tally_say(f->owner.partition, "");
	while (!state_is_asked_to_stop(&f->state)) {
		watchdog_beat();
		if (f->count < FOLLOW_BATCHES && take(f, f->count ? 0 : IDLE_WAIT_MS, e))
			return e->rc;
		if (f->is_listening) {
			enum rc rc = listen_take(f->listen, f->count && !has_moved ? REPLY_WAIT_MS : 0, e);

			if (note_trouble(f, rc, e) || compare(f, e))
				return e->rc;
		}
		has_moved = f->compared != before;
		before = f->compared;
		look_at_end(f);
		if (is_caught_up(f))
			atomic_store(&f->is_caught_up, true);
	}
	return save(f, e);
}

/* ---- again and again ---- */

/* After an attempt that failed; false: the thread has to end. */
static bool go_on_after(struct follow *f, const struct err *e, uint64_t before, int *losses,
                        struct backoff *backoff)
{
	struct err why = *e;

	if (f->compared > before) {
		*losses = 0;
		backoff_reset(backoff);
	}
	*losses += why.rc == RC_FENCED;
	if (*losses >= FOLLOW_LOSSES_MAX)
		(void)err_set(&why, RC_FATAL, FROM_PIPELINE,
		              "another shadow takes the rows over again and again: one scratch database is for "
		              "one shadow");
	tally_say(f->owner.partition, why.text);
	if (text_memory_ran_out() || why.rc == RC_USAGE) {
		log_err(LOG_ERROR, "this process cannot follow a partition", &why);
		f->end_why = why;
		atomic_store(&f->is_unfit, true);
		return false;
	}
	if (why.rc == RC_FATAL) {
		log_err(LOG_ERROR, "partition cannot be followed; tried again in a minute", &why);
		*losses = 0;
		atomic_store(&f->is_refused, true);
		state_sleep(&f->state, REFUSED_MS);
		atomic_store(&f->is_refused, false);
	} else {
		log_err(LOG_WARNING, "partition is not followed", &why);
		state_pause(&f->state, backoff, NEEDS_PARTITION);
	}
	return true;
}

void *follow_work(void *argument)
{
	struct follow *f = argument;
	struct backoff backoff = again_backoff;
	char name[WATCHDOG_NAME_BYTES];
	int losses = 0;

	snprintf(name, sizeof name, "partition %d", (int)f->owner.partition);
	watchdog_enter(&f->watchdog, name);
	log_context("partition", f->owner.partition);
	while (!state_is_asked_to_stop(&f->state)) {
		uint64_t before = f->compared;
		struct err e;
		enum rc rc = begin_following(f, &e);

		if (!rc) {
			log_info("following", F_INT("from", f->book.unsaved),
			         F_INT("decided", store_progress(f->owner.store)->next_offset));
			rc = go_on(f, &e);
		}
		let_go(f);
		if (rc && !state_is_asked_to_stop(&f->state) &&
		    !go_on_after(f, &e, before, &losses, &backoff))
			break;
	}
	watchdog_leave(&f->watchdog);
	return NULL;
}
