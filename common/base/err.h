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
	RC_FENCED, /* another owner came: nothing was done, and nothing may be done as owner any more */
	RC_USAGE,  /* a setting or an argument is wrong: only a start with another one helps */
	RC_FATAL,  /* cannot go on safely */
};

/* Does no pause, and no other session, help? */
#define rc_is_final(rc) ((rc) > RC_REOPEN)

/* Where the cause is to be looked for. Programs make their exit code of it: common/program. */
enum origin {
	FROM_PROGRAM,  /* the program itself, or its machine: a bug, or no memory */
	FROM_SETTINGS, /* options, arguments, the input that they name */
	FROM_PIPELINE, /* topics, schema, cluster, rows: not what they must be to each other */
	FROM_DATABASE,
	FROM_KAFKA,
	FROM_RIGHTS,   /* the servers' list of who may do what: this program may not do this */
	FROM_AUDIT,    /* what was looked at differs */
	FROM_REPLY,    /* of a request: a refusal, or with RC_RETRY none in time */
};

#define ERR_TEXT_BYTES 480

struct err {
	enum rc rc;
	enum origin origin;
	char code[8];              /* SQLSTATE, or "" */
	const char *func;
	int line;
	char text[ERR_TEXT_BYTES]; /* never quotes a session id or an owner key */
};

#define NODISCARD __attribute__((warn_unused_result))

/*
 * Fill an error and return its rc: `return err_set(e, RC_RETRY, FROM_DATABASE, "...", x);`
 */
#define err_set(e, rc, origin, ...) \
	err_fill((e), (rc), (origin), "", __func__, __LINE__, __VA_ARGS__)
#define err_set_code(e, rc, origin, code, ...) \
	err_fill((e), (rc), (origin), (code), __func__, __LINE__, __VA_ARGS__)
#define err_out_of_memory(e) err_fill_out_of_memory((e), __func__, __LINE__)

enum rc err_fill(struct err *e, enum rc rc, enum origin origin, const char *code,
                 const char *func, int line, const char *format, ...)
    __attribute__((format(printf, 7, 8)));
/* RC_FATAL; text_memory_ran_out from here on. */
enum rc err_fill_out_of_memory(struct err *e, const char *func, int line);

#endif
