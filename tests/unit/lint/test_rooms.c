/*
 * tests/rooms: an include in each direction that the order of the rooms forbids is found. Each is
 * written into a copy of the sources. tests/run: plain
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#define COMMAND_BYTES 1000
#define PRINTED_BYTES 200000
#define PATH_BYTES 100

static char folder[] = "/tmp/holdfast-rooms-XXXXXX";
static char printed[PRINTED_BYTES];

__attribute__((format(printf, 1, 2))) static int run(const char *format, ...)
{
	char command[COMMAND_BYTES];
	size_t bytes;
	va_list args;
	FILE *pipe;
	int status;

	va_start(args, format);
	vsnprintf(command, sizeof command, format, args);
	va_end(args);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	bytes = fread(printed, 1, sizeof printed - 1, pipe);
	printed[bytes] = '\0';
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int copy_sources(void **state)
{
	(void)state;
	return !mkdtemp(folder) ||
	       run("cp -r common $(make -s --no-print-directory print-programs) %s && "
	           "cp --parents docs/architecture.md tests/unit/lint/test_rooms.c %s", folder, folder);
}

static int remove_sources(void **state)
{
	(void)state;
	return run("rm -rf %s %s-probed", folder, folder);
}

/* The line is added to the file, which may be new, and tests/rooms must say all of `texts`. */
static void finds(const char *file, const char *line, const char *const texts[2])
{
	assert_int_equal(run("cd %s && { [ ! -e '%s' ] || cp '%s' kept; } && printf '%%s\\n' '%s' >>'%s'",
	                     folder, file, file, line, file), 0);
	if (run("tests/rooms %s 2>&1", folder) != 1)
		fail_msg("%s in %s is not found:\n%s", line, file, printed);
	for (int i = 0; i < 2; i++)
		if (!strstr(printed, texts[i]))
			fail_msg("%s in %s: \"%s\" is not in\n%s", line, file, texts[i], printed);
	assert_int_equal(run("cd %s && rm '%s' && { [ ! -e kept ] || mv kept '%s'; }", folder, file, file),
	                 0);
}

#define HTTP_PURE \
	"common/http/wheel common/http/parse common/http/query common/http/glance common/http/ws"

/*
 * Every room, and the floor that it is on: it includes nothing of its own floor or of one above. A
 * program's rooms have the floors from 10 on, and include nothing of another program. Where `only`
 * is given, the room includes nothing but what stands there.
 */
static const struct room { const char *name; int floor; const char *only; } rooms[] = {
	{"common/base", 0, ""},
	{"common/http/wheel", 0, ""},
	{"common/http/parse", 1, "common/base"},
	{"common/http/query", 1, "common/base"},
	{"common/http/glance", 1, "common/base"},
	{"common/http/ws", 2, "common/base common/http/parse"},
	{"common/message", 3, "common/base"},
	{"common/db", 3, "common/base"},
	{"common/kafka", 3, "common/base"},
	{"common/program", 3, "common/base"},
	{"common/http", 3, "common/base " HTTP_PURE},
	{"common/service", 4, "common/base common/http " HTTP_PURE},
	{"common/pipeline", 5, NULL},
	{"worker/plan", 10, "common/base common/message"},
	{"worker/figures", 11, "common/base common/message common/service worker/plan"},
	{"worker/store", 11, "common/base common/message common/db worker/plan"},
	{"worker/lane", 12, NULL},
	{"worker/rebuild", 13, NULL},
	{"worker/shadow", 13, NULL},
	{"worker", 14, NULL},
	{"audit/fold", 10, "common/base common/message"},
	{"audit/settings", 10, NULL},
	{"audit/requests", 11, NULL},
	{"audit/places", 11, NULL},
	{"audit/compare", 12, NULL},
	{"audit/page", 10, "common/base"},
	{"audit/ask", 12, NULL},
	{"audit/letter", 12, NULL},
	{"audit/report", 13, NULL},
	{"audit", 14, NULL},
	{"producer/settings", 10, "common/program"},
	{"producer/load", 11, NULL},
	{"producer", 12, NULL},
	{"admin/plan", 10, "common/base common/message"},
	{"admin", 11, NULL},
	{"expirer", 10, NULL},
	{"gateway/api", 10, "common/base common/message"},
	{"gateway/topics", 10, NULL},
	{"gateway/live", 10, "common/base common/message"},
	{"gateway/rows", 11, NULL},
	{"gateway/maps", 12, NULL},
	{"gateway/pages", 10, "common/base"},
	{"gateway/figures", 11, "common/base common/message common/http " HTTP_PURE
	                        " common/service gateway/api"},
	{"gateway", 13, NULL},
};
#define ROOM_COUNT (sizeof rooms / sizeof rooms[0])

static bool are_of_two_programs(const struct room *a, const struct room *b)
{
	size_t program = strcspn(a->name, "/");

	return a->floor >= 10 && b->floor >= 10 &&
	       (program != strcspn(b->name, "/") || strncmp(a->name, b->name, program) != 0);
}

static bool is_word_of(const char *word, const char *words)
{
	size_t bytes = strlen(word);

	for (const char *found = words; (found = strstr(found, word)); found += bytes)
		if ((found == words || found[-1] == ' ') && (!found[bytes] || found[bytes] == ' '))
			return true;
	return false;
}

static bool is_forbidden(const struct room *from, const struct room *to)
{
	return from != to && (to->floor >= from->floor || are_of_two_programs(from, to) ||
	                      (from->only && !is_word_of(to->name, from->only)));
}

/* A header of the room, which need not be there. A room that is one file has no other. */
static const char *header_of(const char *room, char header[PATH_BYTES])
{
	char path[PATH_BYTES + sizeof folder];
	struct stat found;

	snprintf(path, sizeof path, "%s/%s", folder, room);
	snprintf(header, PATH_BYTES, stat(path, &found) ? "%s.h" : "%s/probe.h", room);
	return header;
}

static void every_include_against_the_order_is_found(void **state)
{
	size_t forbidden = 0;

	(void)state;
	assert_int_equal(run("cp -r %s %s-probed", folder, folder), 0);
	for (size_t i = 0; i < ROOM_COUNT; i++) {
		char path[2 * PATH_BYTES], header[PATH_BYTES];
		FILE *probe;

		snprintf(path, sizeof path, "%s-probed/%s", folder, header_of(rooms[i].name, header));
		probe = fopen(path, "a");
		assert_non_null(probe);
		for (size_t k = 0; k < ROOM_COUNT; k++)
			if (is_forbidden(&rooms[i], &rooms[k]))
				fprintf(probe, "#include \"%s\"\n", header_of(rooms[k].name, header));
		assert_int_equal(fclose(probe), 0);
	}
	assert_int_equal(run("tests/rooms %s-probed 2>&1", folder), 1);
	for (size_t i = 0; i < ROOM_COUNT; i++)
		for (size_t k = 0; k < ROOM_COUNT; k++) {
			char header[PATH_BYTES], said[4 * PATH_BYTES];

			snprintf(said, sizeof said, " includes %s, but %s does not see %s\n",
			         header_of(rooms[k].name, header), rooms[i].name, rooms[k].name);
			if (is_forbidden(&rooms[i], &rooms[k]) != !!strstr(printed, said))
				fail_msg("%s includes %s: %s", rooms[i].name, rooms[k].name,
				         is_forbidden(&rooms[i], &rooms[k]) ? "not found" : "a fault");
			forbidden += is_forbidden(&rooms[i], &rooms[k]);
		}
	assert_true(forbidden > ROOM_COUNT * (ROOM_COUNT - 1) / 2);
	assert_int_equal(run("rm -r %s-probed", folder), 0);
}

static void a_pure_room_has_no_clock_thread_or_system(void **state)
{
	static const char *const impure[] = {"common/base/clock.h", "common/base/log.h", "pthread.h",
	                                     "time.h", "sys/socket.h", "unistd.h", "openssl/rand.h",
	                                     "common/base/random.h"};
	static const char *const pure[] = {"common/message", "common/http/wheel", "common/http/parse",
	                                   "common/http/query", "common/http/glance", "common/http/ws",
	                                   "worker/plan", "audit/fold", "admin/plan", "gateway/api",
	                                   "gateway/live", "gateway/pages"};
	char header[PATH_BYTES];

	(void)state;
	assert_int_equal(run("cp -r %s %s-probed", folder, folder), 0);
	for (size_t i = 0; i < sizeof pure / sizeof pure[0]; i++)
		for (size_t k = 0; k < sizeof impure / sizeof impure[0]; k++)
			assert_int_equal(run("echo '#include <%s>' >>%s-probed/%s", impure[k], folder,
			                     header_of(pure[i], header)), 0);
	assert_int_equal(run("tests/rooms %s-probed 2>&1", folder), 1);
	for (size_t i = 0; i < sizeof pure / sizeof pure[0]; i++)
		for (size_t k = 0; k < sizeof impure / sizeof impure[0]; k++) {
			char said[2 * PATH_BYTES];

			snprintf(said, sizeof said, " includes %s, but %s is pure\n", impure[k], pure[i]);
			if (!strstr(printed, said))
				fail_msg("not said:%s", said);
		}
	assert_int_equal(run("rm -r %s-probed", folder), 0);
}

static void a_library_has_one_door(void **state)
{
	static const struct { const char *file, *line, *door; } doors[] = {
		{"worker/store/store.c", "#include <libpq-fe.h>", "whose door is common/db"},
		{"common/pipeline/schema.c", "#include <libpq-fe.h>", "whose door is common/db"},
		{"worker/lane/lane.c", "#include <librdkafka/rdkafka.h>", "whose door is common/kafka"},
		{"worker/plan/rules.c", "#include <cjson/cJSON.h>", "whose door is common/message"},
		{"worker/main.c", "#include <ini.h>", "whose door is common/program"},
		{"audit/main.c", "#include <openssl/sha.h>", "whose door is common/base"},
		{"common/http/conn.c", "#include <openssl/evp.h>", "whose door is common/base"},
		{"gateway/identify.c", "#include <openssl/rand.h>", "whose door is common/base"},
		{"gateway/api/intent.c", "#include <uuid/uuid.h>", "whose door is common/base"},
		{"common/message/name.c", "#include <utf8proc.h>", "whose door is common/base"},
		{"gateway/topics/tail.c", "#include <librdkafka/rdkafka.h>",
		 "whose door is common/kafka"},
		{"gateway/rows/lookup.c", "#include <libpq-fe.h>", "whose door is common/db"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++)
		finds(doors[i].file, doors[i].line, (const char *[]){doors[i].file, doors[i].door});
}

static void a_source_without_a_room_is_found(void **state)
{
	(void)state;
	finds("common/drawer.c", "int drawer;", (const char *[]){"common/drawer.c", "is in no room"});
	finds("common/drawer.h", "int drawer;", (const char *[]){"common/drawer.h", "is in no room"});
	finds("worker/main.c", "#include \"common/drawer.h\"",
	      (const char *[]){"worker/main.c", "which is in no room"});
	finds("worker/main.c", "#include \"tests/unit/pq.h\"",
	      (const char *[]){"worker/main.c", "which is in no room"});
}

static void a_header_is_named_by_its_room(void **state)
{
	(void)state;
	finds("worker/lane/lane.c", "#include \"state.h\"",
	      (const char *[]){"worker/lane/lane.c", "includes state.h without its room"});
	finds("worker/lane/lane.c", "#include \"worker/lane/state.c\"",
	      (const char *[]){"worker/lane/lane.c", "includes worker/lane/state.c, which is no header"});
}

static void a_circle_of_files_is_found(void **state)
{
	(void)state;
	finds("common/base/text.h", "#include \"common/base/err.h\"\n#include \"common/base/ids.h\"",
	      (const char *[]){"a circle of files", "common/base/text"});
}

static void a_table_beside_the_first_that_differs_is_found(void **state)
{
	static const struct { const char *file, *edit, *said; } edits[] = {
		{"docs/architecture.md", "/^| `gateway\\/pages`/d", "does not name the room gateway/pages"},
		{"docs/architecture.md", "s/^| `expirer` /| `lapser` /", "has the room lapser"},
		{"docs/architecture.md", "/^| `worker\\/store`/s/, `common\\/db`//",
		 "what worker/store sees differs from tests/rooms: common/db"},
		{"docs/architecture.md", "/^| `audit\\/compare`/s/, the library/, `ask`, the library/",
		 "what audit/compare sees differs from tests/rooms: audit/ask"},
		{"tests/unit/lint/test_rooms.c", "/{\"worker\\/lane\", /d",
		 "has no floor for the room worker/lane"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
		const char *file = edits[i].file;

		assert_int_equal(run("sed -i '%s' %s/%s", edits[i].edit, folder, file), 0);
		assert_int_equal(run("tests/rooms %s 2>&1", folder), 1);
		if (!strstr(printed, edits[i].said))
			fail_msg("not said: %s:\n%s", edits[i].said, printed);
		assert_int_equal(run("cp %s %s/%s", file, folder, file), 0);
	}
	assert_int_equal(run("tests/rooms %s", folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_include_against_the_order_is_found),
	    cmocka_unit_test(a_pure_room_has_no_clock_thread_or_system),
	    cmocka_unit_test(a_library_has_one_door),
	    cmocka_unit_test(a_source_without_a_room_is_found),
	    cmocka_unit_test(a_header_is_named_by_its_room),
	    cmocka_unit_test(a_circle_of_files_is_found),
	    cmocka_unit_test(a_table_beside_the_first_that_differs_is_found),
	};

	return cmocka_run_group_tests(tests, copy_sources, remove_sources);
}
