/*
 * What servers may be without, and what settings cannot work: each is told before a partition is
 * touched, with the exit code that says who has to act, and what he has to do.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/integration/own_database.h"
#include "tests/integration/pages.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

#define START_TIMEOUT_MS "400000" /* of the programs here, as machines are busy: */
#define SOON_MS 200000            /* they did not wait for it */

static int set_up(void **state)
{
	setenv("HOLDFAST_START_TIMEOUT_MS", START_TIMEOUT_MS, 1);
	setenv("HOLDFAST_TIMEOUT_MS", START_TIMEOUT_MS, 1);
	return rig_make(state);
}

static int after_each(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

/* Run it to its end: it must come soon, with that exit code, and say that. */
static void ends(int code, const char *text, const char *program, const char *first,
                 const char *second)
{
	size_t before = strlen(rig_log());
	int64_t from_ms = clock_monotonic_ms();
	int ended = rig_stop(rig_start(program, first, second, NULL), 0);
	const char *said = rig_log() + before;

	if (ended != code || (text && !strstr(said, text)))
		fail_msg("%s %s %s ended with %d, expected %d and \"%s\", and said\n%s", program, first,
		         second ? second : "", ended, code, text ? text : "", said);
	assert_in_range(clock_monotonic_ms() - from_ms, 0, SOON_MS);
}

/* The same of a worker that is checked and started. */
static void worker_ends(int code, const char *text, const char *option)
{
	ends(code, text, "holdfast-worker", option, "--check");
	ends(code, text, "holdfast-worker", option, NULL);
}

/* And of every program that needs a database. */
static void all_end(int code, const char *text, const char *option)
{
	worker_ends(code, text, option);
	ends(code, text, "holdfast-expirer", option, NULL);
	ends(code, text, "holdfast-audit", option, NULL);
	ends(code, text, "holdfast-admin", option, "init");
}

/* DATABASE_URL with another user's password, another database, or something behind it. */
static const char *url_option(const char *password, const char *behind)
{
	const char *url = own_url.data, *user = strstr(url, "://") + 3, *at = strchr(user, '@');
	struct buf option = {0};

	buf_print(&option, "--database-url=%.*s", (int)(user - url), url);
	buf_add(&option, user, password ? strcspn(user, ":@") : (size_t)(at - user));
	buf_print(&option, "%s%s%s%s", password ? ":" : "", password ? password : "", at, behind);
	return rig_keep(option.data);
}

static void a_database_that_is_not_utf8_is_refused(void **state)
{
	char name[80];
	const char *option;

	(void)state;
	snprintf(name, sizeof name, "%s_ascii", strrchr(own_url.data, '/') + 1);
	(void)rig_sql("CREATE DATABASE %s ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'", name);
	option = url_option(NULL, "_ascii");
	all_end(3, "server_encoding = SQL_ASCII, it must be UTF8; titles and names are Unicode: CREATE "
	           "DATABASE", option);
	(void)rig_sql("DROP DATABASE %s WITH (FORCE)", name);
}

static void a_setting_of_the_server_that_does_not_do_is_refused(void **state)
{
	static const char *const settings[] = {"standard_conforming_strings = off",
	                                       "default_transaction_isolation = 'serializable'"};
	const char *name = strrchr(own_url.data, '/') + 1;

	(void)state;
	for (int i = 0; i < 2; i++) {
		(void)rig_sql("ALTER DATABASE %s SET %s", name, settings[i]);
		worker_ends(3, "the database has ", "--log-level=info");
		(void)rig_sql("ALTER DATABASE %s RESET ALL", name);
	}
	ends(0, NULL, "holdfast-worker", "--check", NULL);
}

static void a_right_that_is_missing_is_named(void **state)
{
	static const struct {
		const char *privilege, *on;
		bool is_the_workers; /* alone */
	} rights[] = {
	    {"USAGE", "SCHEMA holdfast", false},
	    {"SELECT", "holdfast.pipeline", false},
	    {"SELECT", "holdfast.schema_migrations", false},
	    {"SELECT", "holdfast.hand_changes", true},
	    {"UPDATE", "holdfast.show_seats", true},
	    {"INSERT", "holdfast.decisions", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++) {
		char text[120];

		snprintf(text, sizeof text, "GRANT %s ON %s TO", rights[i].privilege, rights[i].on);
		(void)rig_sql("REVOKE %s ON %s FROM CURRENT_USER", rights[i].privilege, rights[i].on);
		ends(3, text, "holdfast-worker", "--check", NULL);
		ends(3, text, "holdfast-worker", "--log-level=info", NULL);
		ends(rights[i].is_the_workers ? 0 : 3, rights[i].is_the_workers ? NULL : text,
		     "holdfast-expirer", "--once", NULL);
		(void)rig_sql("GRANT %s ON %s TO CURRENT_USER", rights[i].privilege, rights[i].on);
	}
	/* What a worker can do without. */
	(void)rig_sql("REVOKE INSERT ON holdfast.partition_halts FROM CURRENT_USER");
	ends(0, "halts cannot be recorded", "holdfast-worker", "--check", NULL);
	(void)rig_sql("GRANT INSERT ON holdfast.partition_halts TO CURRENT_USER");
	ends(0, NULL, "holdfast-worker", "--check", NULL);
}

/* The GRANTs of docs/install.md. */
static void a_gateway_needs_no_other_rights_than_its_own(void **state)
{
	static const char *const tables[] = {
	    "pipeline", "schema_migrations", "partition_progress", "shows", "show_seats",
	    "seat_reservations", "reservation_seats", "show_channels", "seat_places", "show_areas",
	    "reservation_areas", "decisions", "hand_changes"};

	(void)state;
	(void)rig_sql("REVOKE ALL ON ALL TABLES IN SCHEMA holdfast FROM CURRENT_USER");
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		char text[120];

		snprintf(text, sizeof text, "GRANT SELECT ON holdfast.%s TO", tables[i]);
		ends(3, text, "holdfast-gateway", "--check", "--listen=127.0.0.1:0");
		(void)rig_sql("GRANT SELECT ON holdfast.%s TO CURRENT_USER", tables[i]);
	}
	ends(0, NULL, "holdfast-gateway", "--check", "--listen=127.0.0.1:0");
	(void)rig_sql("GRANT ALL ON ALL TABLES IN SCHEMA holdfast TO CURRENT_USER");
}

static void a_url_that_can_never_work_is_configuration(void **state)
{
	(void)state;
	all_end(2, "28P01", url_option("hunter2", ""));
	worker_ends(2, "3D000", url_option(NULL, "_none"));
	/* These servers have no TLS, which libpq finds out before it misses the file. */
	worker_ends(2, "SSL", url_option(NULL, "?sslmode=verify-full&sslrootcert=/none"));
	worker_ends(2, "port", url_option(NULL, "?port=banana"));
}

static void alter_topic(const char *topic, const char *setting)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	struct buf shown = {0};

	(void)shell_kafka_tool("kafka.admin.ConfigCommand --bootstrap-server \"$KAFKA_BOOTSTRAP_SERVERS\" "
	                       "--alter --entity-type topics --entity-name %s --add-config %s 2>&1",
	                       topic, setting);
	/* The controller has it then; the broker, which is asked by everybody else, may not yet. */
	buf_print(&shown, "  %.*s ", (int)strcspn(setting, ","), setting);
	while (!strstr(shell_kafka_tool("kafka.admin.ConfigCommand --bootstrap-server "
	                                "\"$KAFKA_BOOTSTRAP_SERVERS\" --describe --entity-type topics "
	                                "--entity-name %s 2>&1", topic), shown.data))
		assert_true(clock_monotonic_ms() < until_ms);
	buf_release(&shown);
}

static void a_topic_that_nobody_can_write_to_is_refused(void **state)
{
	(void)state;
	alter_topic(rig_topics.events, "min.insync.replicas=2");
	worker_ends(3, "min.insync.replicas=2 and 1 replicas, so nobody can write to it",
	            "--log-level=info");
	alter_topic(rig_topics.events, "min.insync.replicas=1");
}

/* Of a topic that is there already: the sentence says what to run. */
static void a_topic_with_other_settings_is_told_how_to_be_altered(void **state)
{
	static const char *const programs[] = {"worker", "expirer", "audit", "producer", "admin"};
	const char *topic = rig_topics.events;
	char program[40], said[500];

	(void)state;
	alter_topic(topic, "max.message.bytes=131072,cleanup.policy=compact");
	ends(0, "cleanup.policy=compact, expected delete: compaction drops records", "holdfast-worker",
	     "--check", NULL);
	snprintf(said, sizeof said, "topic %s has max.message.bytes=131072, expected 1048588: a client's "
	         "default is batches of a megabyte, and one that is larger is lost whole; set it: "
	         "kafka-configs --bootstrap-server HOST:PORT --alter --topic %s --add-config "
	         "max.message.bytes=1048588", topic, topic);
	for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
		snprintf(program, sizeof program, "holdfast-%s", programs[i]);
		ends(0, said, program, "--check", NULL);
	}
	ends(0, said, "holdfast-admin", "init", NULL);
	alter_topic(topic, "max.message.bytes=1048588,cleanup.policy=delete");
	ends(0, NULL, "holdfast-admin", "init", NULL);
}

static void a_kafka_property_of_the_design_is_refused_by_name(void **state)
{
	static const char *const owned[] = {
	    "acks=0", "acks=all", "request.required.acks=1", "enable.idempotence=false",
	    "transactional.id=mine", "partitioner=consistent", "isolation.level=read_uncommitted",
	    "enable.auto.commit=true", "auto.commit.enable=true", "enable.auto.offset.store=true",
	    "auto.offset.reset=earliest", "partition.assignment.strategy=roundrobin",
	    "enable.partition.eof=false", "allow.auto.create.topics=true",
	    "delivery.report.only.error=true", "group.protocol=consumer", "group.id=mine"};
	static const char *const programs[] = {"holdfast-worker", "holdfast-expirer",
	                                       "holdfast-audit", "holdfast-producer"};

	(void)state;
	for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
		char option[80], text[80];

		snprintf(option, sizeof option, "--kafka.%s", owned[i]);
		snprintf(text, sizeof text, "%.*s is not yours to set", (int)strcspn(option, "="), option);
		ends(2, text, programs[i % 4], option, "--check");
	}
	ends(2, "--kafka.acks is not yours to set", "holdfast-admin", "--kafka.acks=all", "init");
}

/* What is wrong with the properties together, or with the brokers, is seen by trying. */
static void what_cannot_work_is_tried_before_the_group_is_joined(void **state)
{
	static const struct {
		const char *option, *text;
	} cases[] = {
	    {"--kafka.message.timeout.ms=60000", "Kafka producer: "},
	    {"--kafka.transaction.timeout.ms=1000000", "transaction.max.timeout.ms of the brokers"},
	    {"--kafka.session.timeout.ms=90000", "Kafka consumer: "},
	    {"--metrics-listen=nonsense", "is not ADDR:PORT"},
	};
	long healthy = rig_start("holdfast-worker", NULL);

	(void)state;
	rig_show("healthy", 1);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ends(2, cases[i].text, "holdfast-worker", cases[i].option, "--check");
		ends(2, cases[i].text, "holdfast-worker", cases[i].option, NULL);
	}
	ends(2, "is not ADDR:PORT", "holdfast-expirer", "--metrics-listen=nonsense", "--check");
	assert_null(strstr(rig_log(), "assignment revoked"));
	assert_int_equal(rig_stop(healthy, SIGTERM), 0);
}

/* A file that libpq reads for each new session, so that one worker alone can lose it. */
static void write_service(const char *path)
{
	const char *user = strstr(own_url.data, "://") + 3, *password = strchr(user, ':') + 1,
	           *host = strchr(password, '@') + 1, *port = strchr(host, ':') + 1,
	           *name = strchr(port, '/') + 1;
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file, "[holdfast]\nuser=%.*s\npassword=%.*s\nhost=%.*s\nport=%.*s\ndbname=%s\n",
	        (int)(password - user - 1), user, (int)(host - password - 1), password,
	        (int)(port - host - 1), host, (int)(name - port - 1), port, name);
	fclose(file);
}

static void a_lane_that_cannot_be_set_up_in_this_process_gives_its_partitions_up(void **state)
{
	static const char *const every = "SELECT count(*) FROM holdfast.partition_progress";
	const char *folder = getenv("HOLDFAST_RUN_DIR");
	char path[200], partitions[12];
	long poor, healthy = 0;

	(void)state;
	snprintf(path, sizeof path, "%s/service-%ld", folder ? folder : "/tmp", (long)getpid());
	snprintf(partitions, sizeof partitions, "%d", (int)rig_partitions);
	setenv("PGSERVICEFILE", path, 1);
	for (int i = 0; i < 2; i++) {
		write_service(path);
		poor = rig_start("holdfast-worker", "--database-url=service=holdfast", NULL);
		rig_await_sql(partitions, every);
		rig_show(i ? "again" : "once", 1);
		assert_int_equal(unlink(path), 0);
		if (i == 0) { /* at a takeover */
			healthy = rig_start("holdfast-worker", NULL);
		} else { /* while it serves */
			(void)rig_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
			              "datname = current_database() AND pid <> pg_backend_pid() "
			              "AND backend_type = 'client backend'");
			rig_send("again", "{\"type\":\"release\",\"request_id\":\"%s\",\"show_id\":\"again\"}",
			         rig_id());
		}
		assert_int_equal(rig_stop(poor, 0), 2);
		if (i == 1) {
			healthy = rig_start("holdfast-worker", NULL);
			rig_await(1);
		}
		for (int show = 0; show < 24; show++) {
			char id[20];

			snprintf(id, sizeof id, "after-%d-%d", i, show);
			rig_show(id, 1);
		}
		assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.partition_halts"), "0");
		assert_int_equal(rig_stop(healthy, SIGTERM), 0);
	}
	unsetenv("PGSERVICEFILE");
	assert_non_null(strstr(rig_log(), "this process cannot serve a partition; it leaves the group"));
}

static int32_t partitions_of(const char *topic)
{
	const struct kafka_settings kafka = rig_kafka();
	struct kafka_topics *topics;
	int32_t count;
	struct err e;

	assert_int_equal(kafka_topics_open(&topics, &kafka, &e), RC_OK);
	assert_int_equal(kafka_topics_partitions(topics, topic, &count, &e), RC_OK);
	kafka_topics_close(topics);
	return count;
}

static void init_compares_before_it_makes_topics(void **state)
{
	static const char *const options[] = {"requests", "replies", "events", "dead-letter"};
	char topics[4][100], flags[4][500];

	(void)state;
	for (int i = 0; i < 4; i++) {
		snprintf(topics[i], sizeof topics[i], "%s.other.%d", rig_topics.requests, i);
		snprintf(flags[i], sizeof flags[i], "--%s-topic=%s", options[i], topics[i]);
	}
	assert_int_equal(rig_stop(rig_start("holdfast-admin", "init", flags[0], flags[1], flags[2],
	                                    flags[3], NULL), 0), 3);
	for (int i = 0; i < 4; i++)
		assert_int_equal(partitions_of(topics[i]), 0);
	assert_int_equal(rig_stop(rig_start("holdfast-admin", "init", NULL), 0), 0);
}

static void add_partition(const char *topic)
{
	(void)shell_kafka_tool("org.apache.kafka.tools.TopicCommand --bootstrap-server "
	                       "\"$KAFKA_BOOTSTRAP_SERVERS\" --alter --topic %s --partitions %d 2>&1",
	                       topic, (int)rig_partitions + 1);
}

/* Of a show that would live elsewhere if the topic's own number counted. */
static void create_shows(const char *prefix)
{
	const char *folder = getenv("HOLDFAST_RUN_DIR");
	char seats[200], option[220];

	snprintf(seats, sizeof seats, "%s/seats-%ld", folder ? folder : "/tmp", (long)getpid());
	snprintf(option, sizeof option, "--seats=%s", seats);
	(void)shell_run("echo A1 >%s", seats);
	for (int i = 0; i < 4; i++) {
		char show[40];

		snprintf(show, sizeof show, "%s-%d", prefix, i);
		assert_int_equal(rig_stop(rig_start("holdfast-admin", "show", "create", show, option, NULL),
		                          0), 0);
	}
	remove(seats);
}

/* It cannot be taken back in Kafka. The last test: what the rig sends lands elsewhere then. */
static void partitions_that_were_added_by_mistake_are_left_out(void **state)
{
	static const char added[] = "partitions 8 to 8";
	long worker;

	(void)state;
	/* While a worker runs: it goes on, says so and decides as before. */
	worker = rig_start("holdfast-worker", "--kafka.topic.metadata.refresh.interval.ms=500", NULL);
	create_shows("less");
	add_partition(rig_topics.requests);
	pages_await_log("msg=\"a partition was added to the topic of requests");
	create_shows("more");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	for (int i = 0; i < 2; i++) {
		if (i == 1) { /* of all four: the topics no longer say what N is */
			add_partition(rig_topics.replies);
			add_partition(rig_topics.events);
			add_partition(rig_topics.dead_letters);
		}
		ends(0, "a partition was added to the topic of requests", "holdfast-worker",
		     "--until-caught-up", NULL);
		worker = rig_start("holdfast-worker", NULL);
		create_shows(i == 0 ? "many" : "most");
		(void)topics_send(rig_partitions, text_of("more"), text_of("{}"), NULL, 0);
		ends(0, "partitions were added to the topic of requests", "holdfast-expirer", "--once", NULL);
		ends(0, added, "holdfast-admin", "status", NULL);
		ends(0, added, "holdfast-audit", "--log-level=info", NULL);
		ends(0, NULL, "holdfast-admin", "init", NULL);
		ends(0, NULL, "holdfast-admin", "--check", NULL);
		assert_int_equal(rig_stop(worker, SIGTERM), 0);
	}
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.show_seats WHERE show_id LIKE "
	                            "'m___-%%'"), "12");
	/* Fewer than the database was made for are no matter of leaving out. */
	(void)rig_sql("UPDATE holdfast.pipeline SET partition_count = partition_count + 2");
	ends(3, "was made for 10 partitions", "holdfast-worker", "--check", NULL);
	(void)rig_sql("UPDATE holdfast.pipeline SET partition_count = partition_count - 2");
}

#define TEST(name) cmocka_unit_test_teardown(name, after_each)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_database_that_is_not_utf8_is_refused),
	    TEST(a_setting_of_the_server_that_does_not_do_is_refused),
	    TEST(a_right_that_is_missing_is_named),
	    TEST(a_gateway_needs_no_other_rights_than_its_own),
	    TEST(a_url_that_can_never_work_is_configuration),
	    TEST(a_topic_that_nobody_can_write_to_is_refused),
	    TEST(a_topic_with_other_settings_is_told_how_to_be_altered),
	    TEST(a_kafka_property_of_the_design_is_refused_by_name),
	    TEST(what_cannot_work_is_tried_before_the_group_is_joined),
	    TEST(a_lane_that_cannot_be_set_up_in_this_process_gives_its_partitions_up),
	    TEST(init_compares_before_it_makes_topics),
	    TEST(partitions_that_were_added_by_mistake_are_left_out),
	};

	return cmocka_run_group_tests(tests, set_up, rig_drop);
}
