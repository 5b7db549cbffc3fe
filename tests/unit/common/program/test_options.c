/* Options from every source: which wins, bounds, errors, what --print-config shows. */
#include "common/program/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/program/options_value.h"

struct settings {
	char *database_url, *kafka_bootstrap_servers, *topic, *format, *owner_key;
	uint64_t batch_max, any;
	bool check;
	struct pairs kafka, from_environment;
};

#define ROW(field_, kind_, flag_, default_, min_, max_) \
	{.flag = flag_, .kind = OPTION_##kind_, .default_text = default_, .min = min_, .max = max_, \
	 .help = "what it is for", .at = offsetof(struct settings, field_), .field = #field_}

static const struct option_row rows[] = {
	{.flag = "database-url", .kind = OPTION_URL, .default_text = "", .max = 60, .help = "where",
	 .at = offsetof(struct settings, database_url), .field = "database_url",
	 .environment = "DATABASE_URL"},
	{.flag = "kafka-bootstrap-servers", .kind = OPTION_STR, .default_text = "", .max = 4096,
	 .help = "where", .at = offsetof(struct settings, kafka_bootstrap_servers),
	 .field = "kafka_bootstrap_servers", .environment = "KAFKA_BOOTSTRAP_SERVERS"},
	ROW(topic, STR, "topic", "reqs", 2, 5),
	{.flag = "format", .kind = OPTION_CHOICE, .default_text = "logfmt", .choices = "logfmt|json",
	 .help = "form", .at = offsetof(struct settings, format), .field = "format"},
	ROW(owner_key, SECRET, "owner-key", "", 1, 8),
	ROW(batch_max, UINT, "batch-max", "500", 1, 10000),
	ROW(any, UINT, "any", "0", 0, UINT64_MAX),
	ROW(check, BOOL, "check", "false", 0, 1),
};

static const struct options_spec spec = {
	.program = "holdfast-test", .usage = "[OPTION]...", .about = "Tests.", .rows = rows,
	.row_count = sizeof rows / sizeof rows[0], .kafka_at = offsetof(struct settings, kafka),
	.environment_at = offsetof(struct settings, from_environment),
};

static struct settings settings;
static char **rest;
static int rest_count;
static bool is_done;
static struct err e;
static char config_path[] = "/tmp/holdfast-test-options-XXXXXX";

static int clear(void **state)
{
	static const char *const names[] = {
		"DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "HOLDFAST_DATABASE_URL", "HOLDFAST_BATCH_MAX",
		"HOLDFAST_KAFKA_BOOTSTRAP_SERVERS", "HOLDFAST_KAFKA_PROPERTIES", "HOLDFAST_TOPIC",
		"HOLDFAST_FORMAT", "HOLDFAST_OWNER_KEY", "HOLDFAST_ANY", "HOLDFAST_CHECK"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		unsetenv(names[i]);
	options_release(&spec, &settings, rest);
	rest = NULL;
	memset(&settings, 0, sizeof settings);
	return 0;
}

/* Arguments up to NULL, read anew. */
static enum rc read_arguments(const char *first, ...)
{
	static char *argv[16];
	int argc = 0;
	va_list args;

	options_release(&spec, &settings, rest);
	rest = NULL;
	memset(&settings, 0, sizeof settings);
	argv[argc++] = (char *)"holdfast-test";
	va_start(args, first);
	for (const char *a = first; a; a = va_arg(args, const char *))
		argv[argc++] = (char *)(uintptr_t)a;
	va_end(args);
	argv[argc] = NULL;
	return options_read(&spec, argc, argv, &settings, &rest, &rest_count, &is_done, &e);
}

#define READ(...) read_arguments(__VA_ARGS__, (const char *)NULL)
#define READ_NONE() read_arguments(NULL)

static void rejects(enum rc rc, const char *text)
{
	assert_int_equal(rc, RC_USAGE);
	assert_int_equal(e.origin, FROM_SETTINGS);
	assert_string_equal(e.text, text);
}

static const char *config(const char *text)
{
	static char argument[64];
	FILE *f = fopen(config_path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	snprintf(argument, sizeof argument, "--config=%s", config_path);
	return argument;
}

static void rejects_config(const char *text, const char *line_and_text)
{
	char whole[ERR_TEXT_BYTES];

	snprintf(whole, sizeof whole, "config %s:%s", config_path, line_and_text);
	rejects(READ(config(text)), whole);
}

/* The file has been written to config_path: of that mode. */
static enum rc read_of_mode(mode_t mode, const char *text)
{
	const char *argument = config(text);
	enum rc rc;

	assert_int_equal(chmod(config_path, mode), 0);
	rc = READ(argument);
	assert_int_equal(chmod(config_path, 0600), 0);
	return rc;
}

static void a_file_with_secrets_is_for_its_owner_and_group(void **state)
{
	static const char *const secrets[] = {
	    "database-url = postgresql://w:secret@db/t\n",
	    "owner-key = secret\n",
	    "kafka.sasl.password = secret\n",
	};
	static const char *const open_to_all = "topic = here\ndatabase-url = postgresql://w@db/t\n"
	                                       "kafka.sasl.username = w\n";
	char whole[ERR_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		assert_int_equal(read_of_mode(0640, secrets[i]), RC_OK);
		assert_int_equal(read_of_mode(0400, secrets[i]), RC_OK); /* as systemd's credentials are */
		snprintf(whole, sizeof whole,
		         "config %s: others can read it (mode 0644), and it holds secrets: chmod o-r",
		         config_path);
		rejects(read_of_mode(0644, secrets[i]), whole);
	}
	assert_int_equal(read_of_mode(0644, open_to_all), RC_OK);
	snprintf(whole, sizeof whole,
	         "config %s: group or others can write it (mode 0620): chmod go-w", config_path);
	rejects(read_of_mode(0620, open_to_all), whole);
	assert_int_equal(read_of_mode(0602, ""), RC_USAGE);
}

static void nothing_given_leaves_the_defaults(void **state)
{
	(void)state;
	assert_int_equal(READ_NONE(), RC_OK);
	assert_int_equal(settings.batch_max, 500);
	assert_string_equal(settings.topic, "reqs");
	assert_string_equal(settings.format, "logfmt");
	assert_null(settings.database_url);
	assert_null(settings.owner_key);
	assert_false(settings.check);
	assert_false(is_done);
	assert_int_equal(rest_count, 0);
}

static void the_stronger_source_wins(void **state)
{
	const char *file = config("batch-max = 1\n");

	(void)state;
	assert_int_equal(READ(file), RC_OK);
	assert_int_equal(settings.batch_max, 1);
	setenv("HOLDFAST_BATCH_MAX", "2", 1);
	assert_int_equal(READ(file), RC_OK);
	assert_int_equal(settings.batch_max, 2);
	assert_int_equal(READ("--batch-max=3", file), RC_OK);
	assert_int_equal(settings.batch_max, 3);
	assert_int_equal(READ("--batch-max=3", "--batch-max", "4"), RC_OK);
	assert_int_equal(settings.batch_max, 4);
	setenv("HOLDFAST_BATCH_MAX", "", 1);
	assert_int_equal(READ(file), RC_OK);
	assert_int_equal(settings.batch_max, 1);
}

static void it_is_known_which_values_the_environment_gave(void **state)
{
	(void)state;
	setenv("HOLDFAST_BATCH_MAX", "2", 1);
	setenv("KAFKA_BOOTSTRAP_SERVERS", "b:1", 1);
	assert_int_equal(READ("--topic=ab"), RC_OK);
	assert_true(pairs_has(&settings.from_environment, "batch-max"));
	assert_true(pairs_has(&settings.from_environment, "kafka-bootstrap-servers"));
	assert_false(pairs_has(&settings.from_environment, "topic"));
	/* The command line is stronger. */
	assert_int_equal(READ("--batch-max=2"), RC_OK);
	assert_false(pairs_has(&settings.from_environment, "batch-max"));
}

static void the_common_names_of_the_servers_are_weaker_than_our_own(void **state)
{
	(void)state;
	setenv("DATABASE_URL", "a", 1);
	setenv("KAFKA_BOOTSTRAP_SERVERS", "b:1", 1);
	assert_int_equal(READ_NONE(), RC_OK);
	assert_string_equal(settings.database_url, "a");
	assert_string_equal(settings.kafka_bootstrap_servers, "b:1");
	setenv("HOLDFAST_DATABASE_URL", "c", 1);
	setenv("HOLDFAST_KAFKA_BOOTSTRAP_SERVERS", "d:1", 1);
	assert_int_equal(READ_NONE(), RC_OK);
	assert_string_equal(settings.database_url, "c");
	assert_string_equal(settings.kafka_bootstrap_servers, "d:1");
}

static void a_number_is_taken_at_its_bounds_and_refused_one_past(void **state)
{
	(void)state;
	assert_int_equal(READ("--batch-max=1"), RC_OK);
	assert_int_equal(READ("--batch-max=10000"), RC_OK);
	rejects(READ("--batch-max=0"), "command line: --batch-max must be 1..10000, got \"0\"");
	rejects(READ("--batch-max=10001"), "command line: --batch-max must be 1..10000, got \"10001\"");
	rejects(READ("--batch-max="), "command line: --batch-max must be 1..10000, got \"\"");
	rejects(READ("--batch-max=+5"), "command line: --batch-max must be 1..10000, got \"+5\"");
	rejects(READ("--batch-max=5 "), "command line: --batch-max must be 1..10000, got \"5 \"");
	assert_int_equal(READ("--any=18446744073709551615"), RC_OK);
	assert_true(settings.any == UINT64_MAX);
	assert_int_equal(READ("--any=18446744073709551616"), RC_USAGE);
	setenv("HOLDFAST_BATCH_MAX", "0", 1);
	rejects(READ_NONE(), "environment: HOLDFAST_BATCH_MAX must be 1..10000, got \"0\"");
	unsetenv("HOLDFAST_BATCH_MAX");
	rejects_config("# a\n\nbatch-max = 0\n", "3: batch-max must be 1..10000, got \"0\"");
}

static void a_string_is_taken_at_its_bounds_and_refused_one_past(void **state)
{
	(void)state;
	assert_int_equal(READ("--topic=ab"), RC_OK);
	assert_int_equal(READ("--topic=abcde"), RC_OK);
	rejects(READ("--topic=a"), "command line: --topic must have 2..5 bytes, got 1");
	rejects(READ("--topic=abcdef"), "command line: --topic must have 2..5 bytes, got 6");
	rejects(READ("--topic="), "command line: --topic must have 2..5 bytes, got 0");
	assert_int_equal(READ("--owner-key="), RC_OK);
	assert_null(settings.owner_key);
	assert_int_equal(READ("--owner-key=12345678"), RC_OK);
	rejects(READ("--owner-key=123456789"), "command line: --owner-key must have 1..8 bytes, got 9");
}

static void a_choice_and_a_switch_take_their_words_only(void **state)
{
	(void)state;
	assert_int_equal(READ("--format=json", "--check"), RC_OK);
	assert_string_equal(settings.format, "json");
	assert_true(settings.check);
	assert_int_equal(READ("--check", "--check=false"), RC_OK);
	assert_false(settings.check);
	rejects(READ("--format=jso"), "command line: --format must be one of logfmt|json, got \"jso\"");
	rejects(READ("--format=logfmt|json"),
	        "command line: --format must be one of logfmt|json, got \"logfmt|json\"");
	rejects(READ("--check=yes"), "command line: --check must be true or false, got \"yes\"");
}

static void what_is_no_option_is_refused_without_its_value(void **state)
{
	(void)state;
	rejects(READ("--foo=hunter2"), "command line: unknown option --foo");
	/* No abbreviations. */
	rejects(READ("--batch=5"), "command line: unknown option --batch; did you mean --batch-max?");
	rejects(READ("--batch", "5"), "command line: unknown option --batch; did you mean --batch-max?");
	rejects(READ("--bacth-max=5"),
	        "command line: unknown option --bacth-max; did you mean --batch-max?");
	rejects(READ("--formt=json"), "command line: unknown option --formt; did you mean --format?");
	rejects(READ("--halp"), "command line: unknown option --halp; did you mean --help?");
	rejects(READ("-x"), "command line: unknown option -x");
	rejects(READ("--batch-max"), "command line: --batch-max needs a value");
	rejects(READ("--help=me"), "command line: --help takes no value");
	rejects_config("topic = ab\nfoo = hunter2\n", "2: unknown option foo");
	rejects_config("topic\n", "1: a line must be name = value");
	rejects_config("topic c2VjcmV0=\n", "1: a line must be name = value");
	rejects_config("kafka.sasl.password hidden:word\n", "1: a line must be name = value");
	rejects_config("[s]\ntopic = ab\n", "2: there are no sections, got [s]");
	assert_int_equal(READ("--config=/nonexistent"), RC_USAGE);
}

static void the_rest_stays_in_order(void **state)
{
	(void)state;
	assert_int_equal(READ("show", "--batch-max", "7", "create", "--", "--foo", "--kafka.a=b"), RC_OK);
	assert_int_equal(rest_count, 4);
	assert_string_equal(rest[0], "show");
	assert_string_equal(rest[1], "create");
	assert_string_equal(rest[2], "--foo");
	assert_string_equal(rest[3], "--kafka.a=b");
	assert_null(rest[4]);
	assert_int_equal(settings.kafka.count, 0);
}

static void properties_of_librdkafka_come_from_every_source(void **state)
{
	(void)state;
	setenv("HOLDFAST_KAFKA_PROPERTIES", "b=2,c=x=y", 1);
	assert_int_equal(READ(config("kafka.a = 1 ; 2\nkafka.b = 1\n"), "--kafka.c=3", "--kafka.d="),
	                 RC_OK);
	assert_int_equal(settings.kafka.count, 4);
	assert_string_equal(settings.kafka.names[0], "a");
	assert_string_equal(settings.kafka.values[0], "1 ; 2");
	assert_string_equal(settings.kafka.names[1], "b");
	assert_string_equal(settings.kafka.values[1], "2");
	assert_string_equal(settings.kafka.values[2], "3");
	assert_string_equal(settings.kafka.values[3], "");
	rejects(READ("--kafka.sasl.password"),
	        "command line: --kafka.sasl.password must be --kafka.PROPERTY=VALUE");
	setenv("HOLDFAST_KAFKA_PROPERTIES", "hunter2", 1);
	rejects(READ_NONE(), "environment: HOLDFAST_KAFKA_PROPERTIES must be PROPERTY=VALUE,...");
}

static void a_line_is_taken_at_its_limit_and_refused_one_past(void **state)
{
	char *text = malloc(20000);

	(void)state;
	for (size_t bytes = 16384; bytes <= 16385; bytes++) {
		memset(text, 'x', bytes);
		memcpy(text, "kafka.a=", 8);
		strcpy(text + bytes, "\n");
		assert_int_equal(READ(config(text)), bytes == 16384 ? RC_OK : RC_USAGE);
		if (bytes == 16384)
			assert_int_equal(strlen(settings.kafka.values[0]), bytes - 8);
	}
	free(text);
}

/* What `call` writes to stdout, read back. */
static void capture(const char *argument, char *to, size_t bytes)
{
	FILE *file = tmpfile();
	int kept = dup(STDOUT_FILENO);

	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	assert_int_equal(READ(argument, "--topic=ab", "--kafka.sasl.password=hunter2", "--kafka.x=1",
	                      "--database-url=postgresql://me:hunter2@h/d"), RC_OK);
	fflush(stdout);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	rewind(file);
	to[fread(to, 1, bytes - 1, file)] = '\0';
	fclose(file);
}

static void the_printed_config_hides_secrets_and_can_be_read_back(void **state)
{
	char text[4096];

	(void)state;
	capture("--print-config", text, sizeof text);
	assert_true(is_done);
	assert_null(strstr(text, "hunter2"));
	assert_non_null(strstr(text, "database-url = postgresql://me:***@h/d\n"));
	assert_non_null(strstr(text, "kafka.sasl.password = ***\n"));
	assert_int_equal(READ(config(text)), RC_OK);
	assert_string_equal(settings.topic, "ab");
	assert_string_equal(settings.format, "logfmt");
	assert_null(settings.owner_key);
	assert_string_equal(settings.kafka.names[1], "x");
}

static void help_and_version_need_no_valid_settings(void **state)
{
	char text[8192];

	(void)state;
	setenv("HOLDFAST_BATCH_MAX", "none", 1);
	capture("--version", text, sizeof text);
	assert_string_equal(text, "holdfast-test " HOLDFAST_VERSION "\n");
	capture("--help", text, sizeof text);
	assert_true(is_done);
	assert_non_null(strstr(text, "--batch-max=N"));
	assert_non_null(strstr(text, "(1..10000; default 500)"));
	assert_non_null(strstr(text, "(logfmt|json; default logfmt)"));
}

static int make_config(void **state)
{
	int fd = mkstemp(config_path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_config(void **state)
{
	clear(state);
	return unlink(config_path);
}

static void secrets_of_the_command_line_are_overwritten(void **state)
{
	char line[] = "holdfast-test\0--owner-key\0secret\0--database-url=postgresql://a:secret@b\0"
	              "--kafka.sasl.password=secret\0--kafka.client.id=key\0--topic\0reqs\0seat\0"
	              "--owner-key=\0--\0--owner-key\0word";
	static const char *const left[] = {
	    "holdfast-test", "--owner-key", "*", "--database-url=*", "--kafka.sasl.password=*",
	    "--kafka.client.id=key", "--topic", "reqs", "seat", "--owner-key=", "--", "--owner-key",
	    "word"};
	char *argv[sizeof left / sizeof left[0] + 1] = {line};
	int argc = 1;

	(void)state;
	for (; argc < (int)(sizeof left / sizeof left[0]); argc++)
		argv[argc] = argv[argc - 1] + strlen(argv[argc - 1]) + 1;
	assert_true(argv[argc - 1] + sizeof "word" == line + sizeof line);
	options_hide(&spec, argc, argv);
	for (int i = 0; i < argc; i++)
		assert_string_equal(argv[i], left[i]);
	for (size_t i = 0; i + 6 < sizeof line; i++)
		assert_memory_not_equal(line + i, "secret", 6);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, clear, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_file_with_secrets_is_for_its_owner_and_group),
		CASE(nothing_given_leaves_the_defaults),
		CASE(the_stronger_source_wins),
		CASE(it_is_known_which_values_the_environment_gave),
		CASE(the_common_names_of_the_servers_are_weaker_than_our_own),
		CASE(a_number_is_taken_at_its_bounds_and_refused_one_past),
		CASE(a_string_is_taken_at_its_bounds_and_refused_one_past),
		CASE(a_choice_and_a_switch_take_their_words_only),
		CASE(what_is_no_option_is_refused_without_its_value),
		CASE(the_rest_stays_in_order),
		CASE(properties_of_librdkafka_come_from_every_source),
		CASE(a_line_is_taken_at_its_limit_and_refused_one_past),
		CASE(the_printed_config_hides_secrets_and_can_be_read_back),
		CASE(help_and_version_need_no_valid_settings),
		CASE(secrets_of_the_command_line_are_overwritten),
	};

	return cmocka_run_group_tests(tests, make_config, remove_config);
}
