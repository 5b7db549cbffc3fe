#include "tests/integration/rig.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/kafka/members.h"
#include "tests/integration/own_database.h"
#include "tests/integration/psql.h"

#define PROGRAMS_MAX 64
#define KEPT 256
#define REPLIES_MAX 20000

struct topic_names rig_topics;
const char *rig_group;
int32_t rig_partitions = RIG_PARTITIONS;
const char *rig_upper_url;
static char names[5][80];
static char log_path[240];
static char *server_url;
static long programs[PROGRAMS_MAX];
static struct pipeline pipeline;
static struct client *client;
static char *replies[REPLIES_MAX];
static size_t sent, answered, awaited, first_of_last; /* requests; the first of the last lot */

int64_t rig_reply_wait_ms = RIG_WAIT_MS;
static char through_database[400], through_kafka[40]; /* environment of programs; "": as ours */

struct kafka_settings rig_kafka(void)
{
	return (struct kafka_settings){getenv("KAFKA_BOOTSTRAP_SERVERS"), "test", NULL};
}

const char *rig_keep(char *text)
{
	static char *kept[KEPT];
	static size_t next;

	free(kept[next % KEPT]);
	kept[next % KEPT] = text;
	return kept[next++ % KEPT];
}

char *rig_print(const char *format, va_list args)
{
	va_list again;
	char *text;
	int bytes;

	va_copy(again, args);
	bytes = vsnprintf(NULL, 0, format, args);
	text = malloc((size_t)bytes + 1);
	vsnprintf(text, (size_t)bytes + 1, format, again);
	va_end(again);
	return text;
}

static void on_answer(void *context, const struct client_answer *answer)
{
	size_t slot = (size_t)(uintptr_t)answer->token;

	(void)context;
	answered++;
	replies[slot] = answer->how == CLIENT_REPLIED
	                    ? strndup(answer->reply.data, answer->reply.bytes)
	                    : strdup(answer->how == CLIENT_TIMED_OUT ? "TIMED OUT" : "UNSENT");
}

static void name_topics(void)
{
	static const char *const what[] = {"requests", "replies", "events", "dead"};
	static const char *const variables[] = {"HOLDFAST_REQUESTS_TOPIC", "HOLDFAST_REPLIES_TOPIC",
	                                        "HOLDFAST_EVENTS_TOPIC", "HOLDFAST_DEAD_LETTER_TOPIC"};

	for (int i = 0; i < 4; i++) {
		snprintf(names[i], sizeof names[i], "t%ld.%lld.%s", (long)getpid(),
		         (long long)clock_wall_ms(), what[i]);
		setenv(variables[i], names[i], 1);
	}
	snprintf(names[4], sizeof names[4], "workers-%ld", (long)getpid());
	rig_group = names[4];
	setenv("HOLDFAST_GROUP_ID", rig_group, 1);
	rig_topics = (struct topic_names){names[0], names[1], names[2], names[3]};
}

const char *rig_map(const char *lower_url, const char *upper_url)
{
	struct buf map = {0};

	buf_print(&map, "0-%d=%s,%d-%d=%s", (int)rig_partitions / 2 - 1, lower_url,
	          (int)rig_partitions / 2, (int)rig_partitions - 1, upper_url);
	return rig_keep(map.data);
}

int rig_make(void **state)
{
	const char *folder = getenv("HOLDFAST_TEST_LOGS");
	const char *partitions = getenv("HOLDFAST_PARTITIONS");
	struct err e;

	if (own_make(state))
		return -1;
	if (partitions)
		rig_partitions = atoi(partitions);
	server_url = strdup(getenv("DATABASE_URL"));
	setenv("DATABASE_URL", own_url.data, 1);
	if (rig_upper_url) {
		setenv("HOLDFAST_DATABASE_MAP", rig_map(own_url.data, rig_upper_url), 1);
		unsetenv("DATABASE_URL");
	}
	name_topics();
	snprintf(log_path, sizeof log_path, "%s/programs-%ld.log", folder ? folder : "/tmp",
	         (long)getpid());
	if (rig_stop(rig_start("holdfast-admin", "init", NULL), 0) != 0) {
		fprintf(stderr, "holdfast-admin init failed:\n%s\n", rig_log());
		return -1;
	}
	pipeline = (struct pipeline){.kafka = rig_kafka(), .topics = rig_topics};
	if (kafka_pool_open(&pipeline.pool, &pipeline.kafka, &e) ||
	    client_open(&client,
	                &(struct client_settings){.pipeline = &pipeline, .is_awaiting = true,
	                                          .timeout_ms = rig_reply_wait_ms,
	                                          .answered = on_answer}, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return -1;
	}
	return 0;
}

int rig_drop(void **state)
{
	rig_kill_all();
	client_close(client);
	client = NULL;
	kafka_pool_close(pipeline.pool);
	pipeline.pool = NULL;
	for (size_t i = 0; i < sent; i++)
		free(replies[i]);
	sent = answered = awaited = first_of_last = 0;
	for (size_t i = 0; i < KEPT; i++)
		(void)rig_keep(NULL);
	unsetenv("HOLDFAST_DATABASE_MAP");
	if (server_url) /* it came that far */
		setenv("DATABASE_URL", server_url, 1);
	free(server_url);
	server_url = NULL;
	psql_end();
	return own_drop(state);
}

void rig_go_through(int database_port, int kafka_port)
{
	const char *url = getenv("DATABASE_URL");
	const char *host = strstr(url, "127.0.0.1:"), *path = strrchr(url, '/');

	through_database[0] = through_kafka[0] = '\0';
	if (database_port)
		snprintf(through_database, sizeof through_database, "%.*s127.0.0.1:%d%s", (int)(host - url),
		         url, database_port, path);
	if (kafka_port)
		snprintf(through_kafka, sizeof through_kafka, "127.0.0.1:%d", kafka_port);
}

long rig_start(const char *program, ...)
{
	const char *build = getenv("HOLDFAST_BUILD");
	char path[200];
	char *arguments[32] = {path};
	int count = 1;
	va_list args;
	pid_t pid;

	if (program[0] == '/')
		snprintf(path, sizeof path, "%s", program);
	else
		snprintf(path, sizeof path, "%s/%s", build ? build : "build", program);
	va_start(args, program);
	while (count < 31 && (arguments[count] = va_arg(args, char *)))
		count++;
	va_end(args);
	pid = fork();
	if (pid == 0) {
		int fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0600);

		dup2(fd, STDERR_FILENO);
		dup2(fd, STDOUT_FILENO);
		if (through_database[0])
			setenv("DATABASE_URL", through_database, 1);
		if (through_kafka[0])
			setenv("KAFKA_BOOTSTRAP_SERVERS", through_kafka, 1);
		execv(path, arguments);
		_exit(127);
	}
	for (int i = 0; i < PROGRAMS_MAX; i++)
		if (!programs[i]) {
			programs[i] = pid;
			break;
		}
	return pid;
}

/* Until the program has its handler, or has ended: before, SIGTERM is the system's to deal with. */
static void await_handler(long pid)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	char path[64], line[200];

	snprintf(path, sizeof path, "/proc/%ld/status", pid);
	while (clock_monotonic_ms() < until_ms) {
		FILE *status = fopen(path, "r");
		unsigned long long caught = 0;
		char state = 'Z';

		while (status && fgets(line, sizeof line, status)) {
			(void)sscanf(line, "State: %c", &state);
			(void)sscanf(line, "SigCgt: %llx", &caught);
		}
		if (status)
			fclose(status);
		if (state == 'Z' || (caught >> (SIGTERM - 1) & 1))
			return;
		clock_sleep_ms(2);
	}
	fail_msg("a program did not come to catch SIGTERM");
}

static void forget(long pid)
{
	for (int i = 0; i < PROGRAMS_MAX; i++)
		if (programs[i] == pid)
			programs[i] = 0;
}

static int code_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : -(status & 0xff);
}

bool rig_has_ended(long pid, int *code)
{
	int status;

	if (waitpid((pid_t)pid, &status, WNOHANG) != pid)
		return false;
	forget(pid);
	*code = code_of(status);
	return true;
}

int rig_stop(long pid, int number)
{
	int status = 0;

	if (number == SIGTERM)
		await_handler(pid);
	if (number)
		kill((pid_t)pid, number);
	while (waitpid((pid_t)pid, &status, 0) < 0 && errno == EINTR)
		continue;
	forget(pid);
	return code_of(status);
}

void rig_kill_all(void)
{
	for (int i = 0; i < PROGRAMS_MAX; i++)
		if (programs[i])
			rig_stop(programs[i], SIGKILL);
}

static char *read_stream(FILE *stream)
{
	struct buf text = {0};
	char chunk[4096];
	size_t got;

	buf_add(&text, "", 0);
	while ((got = fread(chunk, 1, sizeof chunk, stream)) > 0)
		buf_add(&text, chunk, got);
	return text.data;
}

const char *rig_log_path(void)
{
	return log_path;
}

const char *rig_log(void)
{
	FILE *file = fopen(log_path, "r");
	char *text;

	if (!file)
		return "";
	text = read_stream(file);
	fclose(file);
	return rig_keep(text);
}

const char *rig_id(void)
{
	struct uuid id = uuid_make();
	char *text = malloc(UUID_TEXT_CHARS + 1);

	uuid_encode(&id, text);
	return rig_keep(text);
}

static void publish(struct text key, struct text value, const struct record_header *headers,
                    size_t header_count)
{
	struct err e;

	assert_true(sent < REPLIES_MAX);
	while (client_send(client, key, value, headers, header_count, (void *)(uintptr_t)sent, &e)) {
		if (e.rc != RC_RETRY)
			fail_msg("%s", e.text);
		assert_int_equal(client_poll(client, 100, &e), RC_OK);
	}
	sent++;
}

void rig_await(size_t count)
{
	size_t first = awaited, expected = sent - awaited;
	struct err e;

	while (client_waiting(client))
		assert_int_equal(client_poll(client, 200, &e), RC_OK);
	awaited = sent; /* whatever comes of it, so that the next test counts its own */
	assert_int_equal(expected, count);
	assert_int_equal(answered, sent);
	for (size_t i = first; i < sent; i++)
		if (replies[i][0] != '{')
			fail_msg("request %zu: %s\n%s", i - first, replies[i], rig_log());
}

size_t rig_waiting(void)
{
	struct err e;

	assert_int_equal(client_poll(client, 100, &e), RC_OK);
	return client_waiting(client);
}

const char *rig_reply(size_t i)
{
	return replies[first_of_last + i];
}

const char *rig_ask_raw(struct text key, struct text value, const struct record_header *headers,
                        size_t header_count)
{
	publish(key, value, headers, header_count);
	rig_await(1);
	first_of_last = sent;
	return replies[sent - 1];
}

const char *rig_ask(const char *key, const char *format, ...)
{
	const char *reply;
	va_list args;
	char *value;

	va_start(args, format);
	value = rig_print(format, args);
	va_end(args);
	reply = rig_ask_raw(text_of(key), text_of(value), NULL, 0);
	free(value);
	return reply;
}

void rig_send(const char *key, const char *format, ...)
{
	va_list args;
	char *value;

	if (awaited == sent)
		first_of_last = sent;
	va_start(args, format);
	value = rig_print(format, args);
	va_end(args);
	publish(text_of(key), text_of(value), NULL, 0);
	free(value);
}

void rig_expect(const char *reply, int code, const char *reason)
{
	char expected[80];

	snprintf(expected, sizeof expected, "\"code\":%d,\"reason\":\"%s\"", code, reason);
	if (!strstr(reply, expected))
		fail_msg("expected %d %s, got %s", code, reason, reply);
}

const char *rig_field(const char *reply, const char *name)
{
	char start[80];
	const char *at;
	size_t bytes;

	snprintf(start, sizeof start, "\"%s\":", name);
	at = strstr(reply, start);
	if (!at)
		return "";
	at += strlen(start);
	if (*at == '"')
		at++;
	bytes = strcspn(at, "\",}");
	return rig_keep(strndup(at, bytes));
}

const char *rig_sql(const char *format, ...)
{
	char path[sizeof log_path + 4];
	char *sql, *text;
	bool is_failed;
	va_list args;
	size_t bytes;
	FILE *file;

	va_start(args, format);
	sql = rig_print(format, args);
	va_end(args);
	snprintf(path, sizeof path, "%s.sql", log_path);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(sql, file);
	fclose(file);
	free(sql);
	text = psql_ask(own_url.data, path, &is_failed);
	if (is_failed)
		fail_msg("psql: %s", text);
	bytes = strlen(text);
	if (bytes && text[bytes - 1] == '\n')
		text[bytes - 1] = '\0';
	return rig_keep(text);
}

void rig_await_sql(const char *expected, const char *sql)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	const char *found;

	while (strcmp(found = rig_sql("%s", sql), expected) != 0) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("expected %s, got %s from %s\n%s", expected, found, sql, rig_log());
		clock_sleep_ms(50);
	}
}

/* Partitions whose end was reached, each once: what is appended meanwhile makes another end. */
struct ends {
	bool is_reached[64]; /* as many partitions as any test has */
	int count;
};

static void note_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	struct ends *ends = context;

	(void)topic, (void)next;
	assert_in_range(partition, 0, 63);
	ends->count += !ends->is_reached[partition];
	ends->is_reached[partition] = true;
}

static struct text copy_text(struct text t)
{
	char *copy;

	if (!t.data)
		return t;
	copy = malloc(t.bytes + 1);
	if (t.bytes)
		memcpy(copy, t.data, t.bytes);
	copy[t.bytes] = '\0';
	return (struct text){copy, t.bytes};
}

/* A copy that outlives its reader. */
static struct record copy_record(const struct record *r, const char *topic)
{
	struct record copy = *r;

	copy.topic = topic;
	copy.handle = NULL;
	copy.key = copy_text(r->key);
	copy.value = copy_text(r->value);
	copy.headers = calloc(r->header_count + 1, sizeof copy.headers[0]);
	for (size_t i = 0; i < r->header_count; i++)
		copy.headers[i] = (struct record_header){copy_text(r->headers[i].name),
		                                         copy_text(r->headers[i].value)};
	return copy;
}

void rig_give(struct record *records, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t h = 0; h < records[i].header_count; h++) {
			free((char *)(uintptr_t)records[i].headers[h].name.data);
			free((char *)(uintptr_t)records[i].headers[h].value.data);
		}
		free((char *)(uintptr_t)records[i].key.data);
		free((char *)(uintptr_t)records[i].value.data);
		free(records[i].headers);
	}
}

/* A client that lost its brokers may be slow to come back: another one asks again. */
void rig_bounds(const char *topic, int32_t partition, bool is_committed, int64_t *first, int64_t *end)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	const struct kafka_reader *reader;
	struct err e;
	enum rc rc;

	do {
		assert_true(clock_monotonic_ms() < until_ms);
		assert_int_equal(kafka_pool_lend_reader(pipeline.pool, is_committed, &reader, &e), RC_OK);
		rc = kafka_reader_bounds(reader, topic, partition, first, end, &e);
		kafka_pool_return_reader(pipeline.pool, reader, rc);
	} while (rc);
}

static bool is_group_empty(void)
{
	struct kafka_owner *owners = calloc((size_t)rig_partitions, sizeof *owners);
	struct kafka_topics *topics;
	bool is_empty = true;
	struct err e;
	enum rc rc;

	assert_non_null(owners);
	assert_int_equal(kafka_pool_take_topics(pipeline.pool, &topics, &e), RC_OK);
	rc = kafka_members_read(topics, rig_group, rig_topics.requests, owners, rig_partitions, &e);
	kafka_pool_give_topics(pipeline.pool, topics, rc);
	for (int32_t p = 0; p < rig_partitions; p++)
		is_empty = is_empty && !owners[p].member_id;
	kafka_owners_release(owners, rig_partitions);
	return !rc && is_empty;
}

void rig_await_empty_group(void)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (!is_group_empty()) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(50);
	}
}

size_t rig_read(const char *topic, struct record *records, size_t max)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS, first[rig_partitions];
	struct kafka_reader *reader;
	size_t count = 0, got;
	struct ends ends = {0};
	struct err e;

	for (int32_t i = 0; i < rig_partitions; i++) {
		int64_t end;

		rig_bounds(topic, i, true, &first[i], &end);
	}
	assert_int_equal(kafka_pool_take_reader(pipeline.pool, true, &reader, &e), RC_OK);
	for (int32_t i = 0; i < rig_partitions; i++)
		assert_int_equal(kafka_reader_start(reader, topic, i, first[i], &e), RC_OK);
	while (ends.count < rig_partitions) {
		struct record taken[100];

		assert_true(clock_monotonic_ms() < until_ms);
		(void)!kafka_reader_take(reader, taken, 100, &got, 100, note_end, &ends, &e);
		for (size_t i = 0; i < got; i++) {
			assert_true(count < max);
			records[count++] = copy_record(&taken[i], topic);
			record_give(&taken[i]);
		}
	}
	kafka_pool_give_reader(pipeline.pool, reader, RC_OK);
	return count;
}

void rig_show(const char *show_id, int seats)
{
	struct buf list = {0};

	for (int i = 1; i <= seats; i++)
		buf_print(&list, "%s\"A%d\"", i > 1 ? "," : "", i);
	rig_expect(rig_ask(show_id, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\"}",
	                   rig_id(), show_id), 200, "SHOW_CREATED");
	rig_expect(rig_ask(show_id, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\","
	                            "\"seat_ids\":[%s]}", rig_id(), show_id, list.data),
	           200, "SEATS_ADDED");
	buf_release(&list);
}
