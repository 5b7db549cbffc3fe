/*
 * Every file of tests/fuzz/corpus/ through its target: what fuzzing found once stays found.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define FILES_MIN 8 /* a corpus with fewer is not there */

/* In memory of just that size, so that a sanitizer sees a read past the end. */
static void feed(const char *path, void target(const uint8_t *data, size_t bytes))
{
	FILE *file = fopen(path, "r");
	uint8_t *data;
	long bytes;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	bytes = ftell(file);
	assert_true(bytes >= 0);
	rewind(file);
	data = malloc((size_t)bytes);
	assert_int_equal(fread(data, 1, (size_t)bytes, file), bytes);
	fclose(file);
	target(data, (size_t)bytes);
	free(data);
}

static void replay(const char *name, void target(const uint8_t *data, size_t bytes))
{
	char folder[200], path[600];
	const struct dirent *entry;
	int files = 0;
	DIR *corpus;

	snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", name);
	corpus = opendir(folder);
	assert_non_null(corpus);
	while ((entry = readdir(corpus))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		fprintf(stderr, "%s\n", path); /* the last one named is the one that fails */
		feed(path, target);
		files++;
	}
	closedir(corpus);
	assert_true(files >= FILES_MIN);
}

#define REPLAY(name) \
	static void every_file_passes_##name(void **state) \
	{ \
		(void)state; \
		replay(#name, fuzz_##name); \
	}
FUZZ_TARGETS(REPLAY)

int main(void)
{
#define TEST(name) cmocka_unit_test(every_file_passes_##name),
	const struct CMUnitTest tests[] = {FUZZ_TARGETS(TEST)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
