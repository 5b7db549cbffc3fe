/*
 * pq.h - a libpq that plays a script: for what no server does on request.
 *
 * pq.c takes the place of libpq where it is linked. A script says which statements must be sent, in
 * which order, and how the server answers each; what is sent otherwise fails the test.
 */
#ifndef HOLDFAST_TESTS_PQ_H
#define HOLDFAST_TESTS_PQ_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PQ_COLUMNS_MAX 12
#define PQ_VALUE_BYTES 40

enum pq_how {
	PQ_DONE,    /* run; without rows */
	PQ_ROW,     /* run; one row */
	PQ_NO_ROW,  /* run; none of the rows that it might have had */
	PQ_FAILS,   /* an error of the server's, with SQLSTATE and text */
	PQ_DIES,    /* the same as the session's last word: then it is closed */
	PQ_CLOSES,  /* closed without a word */
	PQ_SILENT,  /* nothing comes from here on, and nothing is closed */
	PQ_NOT_RUN, /* sent behind one that failed, or closed, or was silent */
};

/* A value of a row, in binary. */
struct pq_value {
	int bytes; /* -1: null */
	char data[PQ_VALUE_BYTES];
};

struct pq_step {
	/*
	 * The name of a statement; "prepare NAME"; "connect", a new session; "script", text without a
	 * name. Preparing and scripts are answered well where the next step is another.
	 */
	const char *what;
	enum pq_how how;
	const char *state, *text; /* of an error; of a notice before the answer, where it is none */
	const char *tag;          /* "INSERT 0 1"; NULL: the name in capitals */
	int version;              /* of the server, of a connect; 0: 150000 */
	int columns;
	struct pq_value row[PQ_COLUMNS_MAX];
};

/* Play these from now on; copied, but for their texts. */
void pq_play(const struct pq_step *steps, size_t count);

/* Fails unless every step was played, and every session and result was given back. */
void pq_is_over(void);

struct pq_value pq_null(void);
struct pq_value pq_int4(int32_t v);
struct pq_value pq_int8(int64_t v);

#endif
