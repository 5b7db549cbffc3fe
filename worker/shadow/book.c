#include "worker/shadow/book.h"

static enum rc begin(struct book *book, int64_t start, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_SHADOW_BEGIN_PROGRESS, .args = &args};
	enum rc rc;

	db_arg_int4(&args, book->partition);
	db_arg_int8(&args, start);
	rc = db_run(book->db, &call, 1, e);
	db_rows_release(&call.rows);
	db_args_release(&args);
	return rc;
}

/* Columns as shadow_read_progress.sql has them. */
static enum rc read_progress(struct book *book, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_SHADOW_READ_PROGRESS, .args = &args};
	enum rc rc;

	db_arg_int4(&args, book->partition);
	rc = db_run(book->db, &call, 1, e);
	db_args_release(&args);
	if (rc)
		return rc;
	if (call.rows.count != 1) {
		db_rows_release(&call.rows);
		return err_set(e, RC_FATAL, FROM_PIPELINE, "the row of partition %d in shadow_progress is gone",
		               (int)book->partition);
	}
	book->compared = book->unsaved = db_int8(&call.rows, 0, 2);
	book->counts = (struct tally_counts){db_int8(&call.rows, 0, 3), db_int8(&call.rows, 0, 4),
	                                     db_int8(&call.rows, 0, 5), db_int8(&call.rows, 0, 6)};
	book->shows = db_int8(&call.rows, 0, 9);
	db_rows_release(&call.rows);
	return RC_OK;
}

enum rc book_open(struct book *book, const struct db_settings *settings, int32_t partition,
                  int64_t start, struct err *e)
{
	*book = (struct book){.partition = partition};
	if (db_open(&book->db, settings, e) || begin(book, start, e))
		return e->rc;
	return read_progress(book, e);
}

void book_close(struct book *book)
{
	db_close(book->db);
	book->db = NULL;
	for (size_t i = 0; i < BOOK_FOUND_MAX; i++) {
		struct found *f = &book->found[i];

		buf_release(&f->show_id);
		buf_release(&f->what);
		buf_release(&f->decided);
		buf_release(&f->published);
		buf_release(&f->here);
		buf_release(&f->there);
	}
}

void book_count(struct book *book, int64_t offset, enum compared result, bool is_unseen)
{
	book->unsaved = offset + 1;
	if (is_unseen)
		book->more.unseen++;
	else if (result == COMPARED_SAME)
		book->more.same++;
	else if (result == COMPARED_REWORDED)
		book->more.reworded++;
	else
		book->more.different++;
}

static void copy(struct buf *to, struct text t)
{
	buf_clear(to);
	buf_add_text(to, t);
}

static struct text or_empty(const struct buf *b)
{
	return b->data ? buf_text(b) : text_of("");
}

bool book_note(struct book *book, struct text show_id, int64_t offset, int64_t appended_ms,
               const struct difference *difference, const struct buf *here,
               const struct buf *there)
{
	struct found *f = &book->found[book->found_count];

	for (size_t i = 0; i < book->found_count; i++)
		if (text_same(or_empty(&book->found[i].show_id), show_id.data ? show_id : text_of("")))
			return true;
	f->offset = offset;
	f->appended_ms = appended_ms;
	f->is_first = false;
	copy(&f->show_id, show_id);
	copy(&f->what, buf_text(&difference->what));
	copy(&f->decided, buf_text(&difference->decided));
	copy(&f->published, buf_text(&difference->published));
	copy(&f->here, buf_text(here));
	copy(&f->there, buf_text(there));
	if (f->show_id.failed || f->what.failed || f->decided.failed || f->published.failed ||
	    f->here.failed || f->there.failed)
		return false;
	book->found_count++;
	return true;
}

bool book_is_full(const struct book *book)
{
	return book->found_count == BOOK_FOUND_MAX;
}

void book_clear(struct book *book)
{
	book->found_count = 0;
}

/* ---- saving ---- */

static void put_progress(const struct book *book, struct db_args *args)
{
	db_arg_int4(args, book->partition);
	db_arg_int8(args, book->compared);
	db_arg_int8(args, book->unsaved);
	db_arg_int8(args, book->more.same);
	db_arg_int8(args, book->more.reworded);
	db_arg_int8(args, book->more.different);
	db_arg_int8(args, book->more.unseen);
}

static void put_found(const struct book *book, struct db_args *args)
{
	enum { SHOW, OFFSET, APPENDED, WHAT, DECIDED, PUBLISHED, COLUMNS };
	struct db_array a[COLUMNS] = {{.type = DB_TEXT}, {.type = DB_INT8}, {.type = DB_TIME},
	                              {.type = DB_TEXT}, {.type = DB_TEXT}, {.type = DB_TEXT}};

	for (size_t i = 0; i < book->found_count; i++) {
		const struct found *f = &book->found[i];

		db_array_text(&a[SHOW], or_empty(&f->show_id));
		db_array_int8(&a[OFFSET], f->offset);
		db_array_time(&a[APPENDED], f->appended_ms);
		db_array_text(&a[WHAT], or_empty(&f->what));
		db_array_text(&a[DECIDED], or_empty(&f->decided));
		db_array_text(&a[PUBLISHED], or_empty(&f->published));
	}
	db_arg_int4(args, book->partition);
	for (int i = 0; i < COLUMNS; i++) {
		db_arg_array(args, &a[i]);
		db_array_release(&a[i]);
	}
}

/* Those whose row came to be are the first of their shows. */
static void mark_first(struct book *book, const struct db_rows *rows)
{
	for (int row = 0; row < rows->count; row++)
		for (size_t i = 0; i < book->found_count; i++)
			if (book->found[i].offset == db_int8(rows, row, 1) &&
			    text_same(or_empty(&book->found[i].show_id), db_text(rows, row, 0)))
				book->found[i].is_first = true;
}

static void note_saved(struct book *book, int64_t first_count)
{
	tally_count_up(&book->counts, &book->more);
	book->more = (struct tally_counts){0};
	book->compared = book->unsaved;
	book->shows += first_count;
}

enum rc book_save(struct book *book, struct err *e)
{
	enum { BEGIN, MOVE, INSERT, CALLS };
	struct db_args progress = {0}, found = {0};
	struct db_call calls[CALLS] = {{.query = QUERY_BEGIN},
	                               {.query = QUERY_SHADOW_MOVE_PROGRESS, .args = &progress},
	                               {.query = QUERY_SHADOW_INSERT_DIFFERENCES, .args = &found}};
	struct db_call commit = {.query = QUERY_COMMIT};
	int64_t moved = 0, inserted = 0;
	struct err ignored;
	enum rc rc;

	if (book->unsaved == book->compared && !book->found_count)
		return RC_OK;
	put_progress(book, &progress);
	put_found(book, &found);
	rc = db_run(book->db, calls, CALLS, e);
	db_args_release(&progress);
	db_args_release(&found);
	if (!rc) {
		moved = calls[MOVE].rows.changed;
		inserted = calls[INSERT].rows.count;
		mark_first(book, &calls[INSERT].rows);
		for (int i = 0; i < CALLS; i++)
			db_rows_release(&calls[i].rows);
	}
	if (!rc && moved != 1)
		rc = err_set(e, RC_FENCED, FROM_PIPELINE, "another shadow works on this database");
	if (!rc)
		rc = db_run(book->db, &commit, 1, e);
	if (!rc) {
		db_rows_release(&commit.rows);
		note_saved(book, inserted);
	} else if (rc != RC_REOPEN && db_rollback(book->db, &ignored)) {
		rc = e->rc = RC_REOPEN; /* lost, and the server rolls back by itself */
	}
	return rc;
}
