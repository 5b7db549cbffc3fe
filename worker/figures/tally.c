#include "worker/figures/tally.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct row {
	struct tally tally;
	char why[ERR_TEXT_BYTES];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct row *rows;
static int32_t row_count;

void tally_count_up(struct tally_counts *to, const struct tally_counts *more)
{
	to->same += more->same;
	to->reworded += more->reworded;
	to->different += more->different;
	to->unseen += more->unseen;
}

int64_t tally_sum(const struct tally_counts *counts)
{
	return counts->same + counts->reworded + counts->different + counts->unseen;
}

enum rc tally_open(int32_t partitions, struct err *e)
{
	struct row *made = calloc((size_t)partitions, sizeof *made);

	if (!made)
		return err_out_of_memory(e);
	for (int32_t p = 0; p < partitions; p++)
		made[p] = (struct row){TALLY_NONE, "starting"};
	tally_close();
	pthread_mutex_lock(&lock);
	rows = made;
	row_count = partitions;
	pthread_mutex_unlock(&lock);
	return RC_OK;
}

void tally_close(void)
{
	pthread_mutex_lock(&lock);
	free(rows);
	rows = NULL;
	row_count = 0;
	pthread_mutex_unlock(&lock);
}

void tally_set(int32_t partition, const struct tally *tally)
{
	pthread_mutex_lock(&lock);
	if (partition < row_count)
		rows[partition].tally = *tally;
	pthread_mutex_unlock(&lock);
}

void tally_say(int32_t partition, const char *why)
{
	pthread_mutex_lock(&lock);
	if (partition < row_count)
		snprintf(rows[partition].why, sizeof rows[partition].why, "%s", why);
	pthread_mutex_unlock(&lock);
}

static int64_t waiting(const struct tally *t)
{
	return t->end > t->compared && t->compared >= 0 ? t->end - t->compared : 0;
}

static struct tally add_up(void)
{
	struct tally all = {0};

	for (int32_t p = 0; p < row_count; p++) {
		tally_count_up(&all.counts, &rows[p].tally.counts);
		all.shows += rows[p].tally.shows;
		all.end += waiting(&rows[p].tally);
	}
	return all;
}

struct tally tally_all(void)
{
	struct tally all;

	pthread_mutex_lock(&lock);
	all = add_up();
	pthread_mutex_unlock(&lock);
	return all;
}

void tally_explain(struct buf *lines)
{
	pthread_mutex_lock(&lock);
	for (int32_t p = 0; p < row_count; p++)
		if (rows[p].why[0])
			buf_print(lines, "partition %d: %s\n", (int)p, rows[p].why);
	pthread_mutex_unlock(&lock);
}

void tally_print_page(struct buf *text)
{
	struct tally all;

	pthread_mutex_lock(&lock);
	all = add_up();
	buf_add_string(text, "A shadow: it decides in a scratch database, answers nobody, and compares "
	                     "with what the installation has answered.\n\n");
	buf_print(text, "%" PRId64 " requests the same, %" PRId64 " the same but for the wording, %" PRId64
	          " different in %" PRId64 " shows, %" PRId64 " not to be compared; %" PRId64
	          " not compared yet\n\n", all.counts.same, all.counts.reworded, all.counts.different,
	          all.shows, all.counts.unseen, all.end);
	buf_add_string(text, "partition      decided     compared          end         same    reworded"
	                     "   different       unseen  shows  state\n");
	for (int32_t p = 0; p < row_count; p++) {
		const struct tally *t = &rows[p].tally;

		buf_print(text, "%9d %12" PRId64 " %12" PRId64 " %12" PRId64 " %12" PRId64 " %11" PRId64
		          " %11" PRId64 " %12" PRId64 " %6" PRId64 "  %s\n", (int)p, t->decided, t->compared,
		          t->end, t->counts.same, t->counts.reworded, t->counts.different, t->counts.unseen,
		          t->shows, rows[p].why[0] ? rows[p].why : "follows");
	}
	buf_add_string(text, "\nThe first difference of each show: holdfast-admin status, with the scratch "
	                     "database.\n");
	pthread_mutex_unlock(&lock);
}

void tally_print_requests(struct buf *text, const char *name)
{
	struct tally all;

	pthread_mutex_lock(&lock);
	all = add_up();
	if (rows)
		buf_print(text, "%s{result=\"same\"} %" PRId64 "\n%s{result=\"reworded\"} %" PRId64
		          "\n%s{result=\"different\"} %" PRId64 "\n%s{result=\"unseen\"} %" PRId64 "\n", name,
		          all.counts.same, name, all.counts.reworded, name, all.counts.different, name,
		          all.counts.unseen);
	pthread_mutex_unlock(&lock);
}

void tally_print_shows(struct buf *text, const char *name)
{
	pthread_mutex_lock(&lock);
	if (rows)
		buf_print(text, "%s %" PRId64 "\n", name, add_up().shows);
	pthread_mutex_unlock(&lock);
}

void tally_print_offsets(struct buf *text, const char *name)
{
	pthread_mutex_lock(&lock);
	for (int32_t p = 0; p < row_count; p++) {
		const struct tally *t = &rows[p].tally;

		if (t->decided >= 0)
			buf_print(text, "%s{partition=\"%d\",kind=\"decided\"} %" PRId64 "\n"
			          "%s{partition=\"%d\",kind=\"compared\"} %" PRId64 "\n", name, (int)p, t->decided,
			          name, (int)p, t->compared);
		if (t->end >= 0)
			buf_print(text, "%s{partition=\"%d\",kind=\"end\"} %" PRId64 "\n", name, (int)p, t->end);
	}
	pthread_mutex_unlock(&lock);
}
