/*
 * fuzz.h - the fuzz targets: each takes any bytes, and fails where the code it feeds does wrong.
 *
 * `make fuzz` feeds them what clang's libFuzzer makes up; tests/unit/fuzz/test_corpus.c feeds them
 * the files of tests/fuzz/corpus/<target>/ in every `make test`.
 */
#ifndef HOLDFAST_TESTS_FUZZ_H
#define HOLDFAST_TESTS_FUZZ_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "common/base/text.h"

/* Each is fuzz_<name>() in fuzz_<name>.c; the corpus has a folder of that name. */
#define FUZZ_TARGETS(TARGET) \
	TARGET(msg_request) \
	TARGET(msg_reply) \
	TARGET(msg_packed) \
	TARGET(config) \
	TARGET(db_url) \
	TARGET(lists) \
	TARGET(database_map) \
	TARGET(hall) \
	TARGET(http_parse) \
	TARGET(http_conn) \
	TARGET(ws) \
	TARGET(plan)

#define FUZZ_DECLARE(name) void fuzz_##name(const uint8_t *data, size_t bytes);
FUZZ_TARGETS(FUZZ_DECLARE)

/* Fail, with the condition and its place. Under libFuzzer that aborts, and so is a find. */
#define FUZZ_CHECK(condition) \
	do { \
		if (!(condition)) { \
			print_error("does not hold: %s\n", #condition); \
			_fail(__FILE__, __LINE__); \
		} \
	} while (0)

/* A file without a name that holds the text, to be read by a path; close the descriptor. */
#define FUZZ_PATH_BYTES 40
int fuzz_file(struct text content, char path[FUZZ_PATH_BYTES]);

/* What `print` writes to stdout; release the buffer. */
struct buf fuzz_printed(void print(const void *context), const void *context);

#endif
