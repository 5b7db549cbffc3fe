/*
 * tests/rooms: an include in each direction that the order of the rooms forbids is found. Each is
 * written into a copy of the sources. tests/run: plain
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#define COMMAND_BYTES 1000
#define PRINTED_BYTES 20000

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
	       run("cp -r common $(make -s --no-print-directory print-programs) %s", folder);
}

static int remove_sources(void **state)
{
	(void)state;
	return run("rm -r %s", folder);
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

static void an_include_against_the_order_is_found(void **state)
{
	static const struct { const char *file, *header, *found; } against[] = {
		{"producer/publish.c", "admin/admin.h", "producer does not see admin"},
		{"admin/status.c", "worker/plan/plan.h", "admin does not see worker/plan"},
		{"expirer/memory.c", "worker/store/store.h", "expirer does not see worker/store"},
		{"audit/fold/fold.c", "worker/plan/rules.h", "audit/fold does not see worker/plan"},
		{"audit/main.c", "worker/plan/plan.h", "audit does not see worker/plan"},
		{"worker/main.c", "audit/fold/fold.h", "worker does not see audit/fold"},
		{"common/base/text.c", "common/message/request.h",
		 "common/base does not see common/message"},
		{"common/message/request_read.c", "common/db/db.h", "common/message does not see common/db"},
		{"common/db/db.c", "common/kafka/conf.h", "common/db does not see common/kafka"},
		{"common/kafka/conf.c", "common/program/program.h",
		 "common/kafka does not see common/program"},
		{"common/program/program.c", "common/http/http.h",
		 "common/program does not see common/http"},
		{"common/http/parse.c", "common/http/http.h",
		 "common/http/parse does not see common/http"},
		{"common/http/http.c", "common/message/reply.h",
		 "common/http does not see common/message"},
		{"common/service/service.c", "common/db/db.h", "common/service does not see common/db"},
		{"common/service/health.c", "common/pipeline/client.h",
		 "common/service does not see common/pipeline"},
		{"common/pipeline/schema.c", "expirer/memory.h", "common/pipeline does not see expirer"},
		{"common/db/db.c", "worker/plan/plan.h", "common/db does not see worker/plan"},
		{"worker/plan/plan.c", "common/db/db.h", "worker/plan does not see common/db"},
		{"worker/plan/plan.c", "worker/store/store.h", "worker/plan does not see worker/store"},
		{"worker/store/store.c", "common/kafka/conf.h",
		 "worker/store does not see common/kafka"},
		{"worker/store/store.c", "worker/lane/lane.h", "worker/store does not see worker/lane"},
		{"worker/lane/lane.c", "worker/rebuild/rebuild.h",
		 "worker/lane does not see worker/rebuild"},
		{"audit/ask/what_if.c", "audit/compare/places.h",
		 "audit/ask does not see audit/compare"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof against / sizeof against[0]; i++) {
		char line[200], header[200];

		/* Else the table above is out of date, and what is found may be something else. */
		if (run("cd %s && ls %s %s 2>&1", folder, against[i].file, against[i].header))
			fail_msg("%s", printed);
		snprintf(line, sizeof line, "#include \"%s\"", against[i].header);
		snprintf(header, sizeof header, "includes %s, but %s", against[i].header, against[i].found);
		finds(against[i].file, line, (const char *[]){against[i].file, header});
	}
}

static void a_pure_room_has_no_clock_thread_or_system(void **state)
{
	static const char *const impure[] = {"common/base/clock.h", "common/base/log.h", "pthread.h",
	                                     "time.h", "sys/socket.h", "unistd.h"};
	static const char *const pure[][2] = {{"common/message/reply.c", "common/message is pure"},
	                                      {"worker/plan/rules.c", "worker/plan is pure"},
	                                      {"audit/fold/verdict.c", "audit/fold is pure"},
	                                      {"common/http/parse.c", "common/http/parse is pure"},
	                                      {"common/http/query.c", "common/http/query is pure"}};

	(void)state;
	for (size_t i = 0; i < sizeof pure / sizeof pure[0]; i++)
		for (size_t k = 0; k < sizeof impure / sizeof impure[0]; k++) {
			char line[100];

			snprintf(line, sizeof line, "#include <%s>", impure[k]);
			finds(pure[i][0], line, pure[i]);
		}
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

static void a_circle_of_files_is_found(void **state)
{
	(void)state;
	finds("common/base/text.h", "#include \"common/base/err.h\"\n#include \"common/base/ids.h\"",
	      (const char *[]){"a circle of files", "common/base/text"});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_include_against_the_order_is_found),
	    cmocka_unit_test(a_pure_room_has_no_clock_thread_or_system),
	    cmocka_unit_test(a_library_has_one_door),
	    cmocka_unit_test(a_source_without_a_room_is_found),
	    cmocka_unit_test(a_circle_of_files_is_found),
	};

	return cmocka_run_group_tests(tests, copy_sources, remove_sources);
}
