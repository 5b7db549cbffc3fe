/*
 * err.h - what went wrong, and what the caller does next.
 *
 * Every fallible function returns an enum rc, takes a struct err * last and fills it once, where
 * the fault is first seen. Whoever handles the error logs it, once.
 */
#ifndef HOLDFAST_BASE_ERR_H
#define HOLDFAST_BASE_ERR_H

/* What the caller does next. */
enum rc {
	RC_OK,     /* done */
	RC_RETRY,  /* nothing happened: the same call again, after a pause */
	RC_REOPEN, /* the connection is gone, the outcome may be unknown: reopen, then read */
	RC_REJECT, /* what was asked for is not possible as asked; asking again gives the same */
	RC_FATAL,  /* cannot go on safely */
};

/* Exit codes of every program; section 9 of docs/protocol.md. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_INTERNAL = 1,
	EXIT_USAGE = 2,
	EXIT_MISMATCH = 3,
	EXIT_DATABASE_LOST = 4,
	EXIT_KAFKA_LOST = 5,
	EXIT_DIFFERENCE = 6,
	EXIT_REJECTED = 7,
	EXIT_NO_REPLY = 8,
};

#define ERR_TEXT_BYTES 480

struct err {
	enum rc rc;
	enum exit_code exit_code;  /* what the program returns if it cannot go on */
	char code[8];              /* SQLSTATE, or "" */
	const char *func;
	int line;
	char text[ERR_TEXT_BYTES]; /* never quotes a session id or an owner key */
};

#define NODISCARD __attribute__((warn_unused_result))

/*
 * Fill an error and return its rc: `return err_set(e, RC_RETRY, EXIT_DATABASE_LOST, "...", x);`
 */
#define err_set(e, rc, exit_code, ...) \
	err_fill((e), (rc), (exit_code), "", __func__, __LINE__, __VA_ARGS__)
#define err_set_code(e, rc, exit_code, code, ...) \
	err_fill((e), (rc), (exit_code), (code), __func__, __LINE__, __VA_ARGS__)
#define err_out_of_memory(e) err_fill_out_of_memory((e), __func__, __LINE__)

enum rc err_fill(struct err *e, enum rc rc, enum exit_code exit_code, const char *code,
                 const char *func, int line, const char *format, ...)
    __attribute__((format(printf, 7, 8)));
/* RC_FATAL, exit code 1; text_memory_ran_out from here on. */
enum rc err_fill_out_of_memory(struct err *e, const char *func, int line);

#endif
