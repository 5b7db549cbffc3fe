/*
 * Random load while a seeded nemesis kills, pauses, cuts, silences and restarts whatever it may.
 * Then everything is healed: every request must have its one answer soon, and the audit
 * must find nothing. The same seed gives the same plan.
 *
 *   HOLDFAST_CHAOS_SECONDS  how long (60)
 *   HOLDFAST_CHAOS_SEED     which plan (1)
 *   HOLDFAST_CHAOS_HEAL_MS  how long no further answer may come, once healed (60000: machines are
 *                           busy, and may have a whole minute's requests left to decide)
 *
 * tests/run: own servers
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/integration/proxy.h"
#include "tests/integration/rig.h"
#include "tests/integration/shell.h"
#include "tests/integration/traffic.h"

#define WORKERS 3
#define REQUESTS_MAX 18000 /* what rig.h can hold, less the shows */
#define ROUND_MS 100
#define ROUND_REQUESTS_MAX 20
#define GAP_MS 1200 /* between two actions, at most */

enum action {
	KILL_WORKER,
	END_WORKER,
	PAUSE_WORKER,
	KILL_EXPIRER,
	TROUBLE_DATABASE,   /* by the proxy's mode */
	TROUBLE_KAFKA,
	END_SESSIONS,       /* pg_terminate_backend of all */
	RESTART_DATABASE,   /* killed, started again */
	RESTART_KAFKA,      /* stopped in order: see tests/README.md */
	ACTIONS,
};

static const char *const action_names[ACTIONS] = {
    "kill worker", "end worker", "pause worker", "kill expirer", "trouble the way to the database",
    "trouble the way to Kafka", "end all sessions", "kill and start the database", "restart Kafka",
};
/* Of a hundred. */
static const int action_weights[ACTIONS] = {16, 12, 16, 6, 20, 18, 6, 3, 3};

struct step {
	enum action action;
	int64_t gap_ms;      /* since the step before */
	int64_t lasting_ms;  /* paused, troubled; until the killed one is started again */
	int worker;
	enum proxy_mode mode;
};

struct slot {
	long pid;            /* 0: it does not run */
	int64_t due_ms;      /* when it is started, or goes on */
	bool is_paused;
	bool is_ending;      /* told to stop */
};

static struct proxy *to_database, *to_kafka;
static int64_t database_until_ms, kafka_until_ms;
static struct slot workers[WORKERS], expirer;
static unsigned long seed, seconds, heal_ms;
static int bad_ends;

static struct step next_step(uint64_t *state)
{
	int dice = (int)traffic_random(state, 100);
	struct step s = {.action = KILL_WORKER};

	while (dice >= action_weights[s.action]) {
		dice -= action_weights[s.action];
		s.action++;
	}
	s.gap_ms = (int64_t)traffic_random(state, GAP_MS);
	s.lasting_ms = 100 + (int64_t)traffic_random(state, traffic_random(state, 4) ? 2500 : 9000);
	s.worker = (int)traffic_random(state, WORKERS);
	s.mode = (enum proxy_mode)(PROXY_CUT + (int)traffic_random(state, PROXY_DELAY - PROXY_CUT + 1));
	return s;
}

static long start_worker(void)
{
	return rig_start("holdfast-worker", "--batch-max=20", "--kafka.session.timeout.ms=3000",
	                 "--kafka.heartbeat.interval.ms=500", "--database-timeout-ms=2000", NULL);
}

static int64_t since_start(void)
{
	static int64_t first_ms;

	if (!first_ms)
		first_ms = clock_monotonic_ms();
	return clock_monotonic_ms() - first_ms;
}

static void go_on(struct slot *slot)
{
	if (slot->is_paused)
		kill((pid_t)slot->pid, SIGCONT);
	slot->is_paused = false;
}

static void end_now(struct slot *slot, int number, int64_t lasting_ms)
{
	if (!slot->pid)
		return;
	go_on(slot);
	(void)rig_stop(slot->pid, number);
	slot->pid = 0;
	slot->is_ending = false;
	slot->due_ms = clock_monotonic_ms() + lasting_ms;
}

/* It may take its time to stop, and the world goes on meanwhile. */
static void ask_to_end(struct slot *slot, int64_t lasting_ms)
{
	if (!slot->pid || slot->is_ending)
		return;
	go_on(slot);
	kill((pid_t)slot->pid, SIGTERM);
	slot->is_ending = true;
	slot->due_ms = clock_monotonic_ms() + lasting_ms;
}

static void act(const struct step *s)
{
	struct slot *worker = &workers[s->worker];
	int64_t now_ms = clock_monotonic_ms();

	printf("%7.2f s: %s", (double)since_start() / 1000, action_names[s->action]);
	if (s->action <= PAUSE_WORKER)
		printf(" %d", s->worker);
	if (s->action == TROUBLE_DATABASE || s->action == TROUBLE_KAFKA)
		printf(": %s", proxy_mode_names[s->mode]);
	printf(", %lld ms\n", (long long)s->lasting_ms);
	switch (s->action) {
	case KILL_WORKER:
		end_now(worker, SIGKILL, s->lasting_ms);
		break;
	case END_WORKER:
		ask_to_end(worker, s->lasting_ms);
		break;
	case PAUSE_WORKER:
		if (!worker->pid || worker->is_paused || worker->is_ending)
			break;
		kill((pid_t)worker->pid, SIGSTOP);
		worker->is_paused = true;
		worker->due_ms = now_ms + s->lasting_ms;
		break;
	case KILL_EXPIRER:
		end_now(&expirer, SIGKILL, s->lasting_ms);
		break;
	case TROUBLE_DATABASE:
		proxy_set(to_database, s->mode, 20);
		database_until_ms = now_ms + s->lasting_ms;
		break;
	case TROUBLE_KAFKA:
		proxy_set(to_kafka, s->mode, 20);
		kafka_until_ms = now_ms + s->lasting_ms;
		break;
	case END_SESSIONS:
		(void)rig_sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
		              "datname = current_database() AND pid <> pg_backend_pid() "
		              "AND backend_type = 'client backend'");
		break;
	case RESTART_DATABASE:
		(void)shell_run("compose/local/down --kill postgres 2>&1 && compose/local/up postgres 2>&1");
		break;
	case RESTART_KAFKA:
		proxy_set(to_kafka, PROXY_CUT, 0);
		shell_restart_kafka();
		break;
	case ACTIONS:
		break;
	}
}

/* Whose time has come goes on, or is started. */
static void tend(struct slot *slot, long start(void), int64_t now_ms)
{
	int code;

	if (slot->pid && !slot->is_paused && rig_has_ended(slot->pid, &code)) {
		if (!slot->is_ending || code > 0) {
			printf("%7.2f s: a program ended %s with %d\n", (double)since_start() / 1000,
			       slot->is_ending ? "when told to" : "by itself", code);
			bad_ends++;
		}
		slot->pid = 0;
		slot->is_ending = false;
	}
	if (now_ms < slot->due_ms)
		return;
	go_on(slot);
	if (!slot->pid)
		slot->pid = start();
}

static long start_expirer(void)
{
	return rig_start("holdfast-expirer", NULL);
}

static void tend_all(int64_t now_ms)
{
	if (now_ms >= database_until_ms)
		proxy_set(to_database, PROXY_PASS, 0);
	if (now_ms >= kafka_until_ms)
		proxy_set(to_kafka, PROXY_PASS, 0);
	for (int i = 0; i < WORKERS; i++)
		tend(&workers[i], start_worker, now_ms);
	tend(&expirer, start_expirer, now_ms);
}

static void heal(void)
{
	database_until_ms = kafka_until_ms = 0;
	for (int i = 0; i < WORKERS; i++)
		workers[i].due_ms = 0;
	expirer.due_ms = 0;
	tend_all(clock_monotonic_ms());
	printf("%7.2f s: healed\n", (double)since_start() / 1000);
}

static size_t requests;

static void trouble(void)
{
	uint64_t plan = 2 * (uint64_t)seed + 1, rate = 2 * (uint64_t)seed + 3;
	int64_t end_ms = clock_monotonic_ms() + (int64_t)seconds * 1000;
	struct step step = next_step(&plan);
	int64_t step_ms = clock_monotonic_ms() + step.gap_ms;

	for (int64_t now_ms; (now_ms = clock_monotonic_ms()) < end_ms;) {
		size_t count = (size_t)traffic_random(&rate, ROUND_REQUESTS_MAX);

		if (requests + count <= REQUESTS_MAX * (seconds * 1000 - (size_t)(end_ms - now_ms)) /
		                            (seconds * 1000) + ROUND_REQUESTS_MAX &&
		    requests + count < REQUESTS_MAX) {
			traffic_send(count);
			requests += count;
		}
		tend_all(now_ms);
		if (now_ms >= step_ms) {
			act(&step);
			step = next_step(&plan);
			step_ms = clock_monotonic_ms() + step.gap_ms;
		}
		clock_sleep_ms(ROUND_MS);
	}
}

/* Soon, but for what the machine has to do: answers come until there is none missing. */
static void expect_all_answered(void)
{
	int64_t healed_ms = clock_monotonic_ms(), answer_ms = healed_ms, now_ms;
	size_t waiting, before = SIZE_MAX;

	while ((waiting = rig_waiting())) {
		now_ms = clock_monotonic_ms();
		tend_all(now_ms);
		if (waiting < before)
			answer_ms = now_ms;
		before = waiting;
		if (now_ms - answer_ms > (int64_t)heal_ms)
			fail_msg("seed %lu: %zu requests have no answer, none came in the last %lld of %lld ms "
			         "after all trouble", seed, waiting, (long long)(now_ms - answer_ms),
			         (long long)(now_ms - healed_ms));
	}
	rig_await(requests);
	printf("%7.2f s: every request is answered, %lld ms after all trouble\n",
	       (double)since_start() / 1000, (long long)(clock_monotonic_ms() - healed_ms));
}

static void every_request_has_its_one_answer_after_all_trouble(void **state)
{
	(void)state;
	printf("seed %lu, %lu s; the same again: make chaos SEED=%lu TIME=%lu\n", seed, seconds, seed,
	       seconds);
	tend_all(clock_monotonic_ms());
	traffic_open(seed);
	trouble();
	heal();
	expect_all_answered();
	end_now(&expirer, SIGTERM, 0);
	for (int i = 0; i < WORKERS; i++)
		end_now(&workers[i], SIGTERM, 0);
	rig_go_through(0, 0);
	if (rig_stop(rig_start("holdfast-audit", NULL), 0) != 0)
		fail_msg("seed %lu: the audit found something:\n%s", seed, rig_log());
	printf("%zu requests, %d programs ended by themselves or with an error\n", requests, bad_ends);
}

static unsigned long asked(const char *variable, unsigned long otherwise)
{
	const char *text = getenv(variable);

	return text && *text ? strtoul(text, NULL, 10) : otherwise;
}

static int make(void **state)
{
	const char *listening = getenv("HOLDFAST_KAFKA_PROXY_PORT"), *target = getenv("KAFKA_PROXIED_PORT");

	if (!listening || !target || !getenv("HOLDFAST_RUN_DIR")) {
		fprintf(stderr, "the servers must be those of tests/run\n");
		return -1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	seconds = asked("HOLDFAST_CHAOS_SECONDS", 60);
	seed = asked("HOLDFAST_CHAOS_SEED", 1);
	heal_ms = asked("HOLDFAST_CHAOS_HEAL_MS", 60000);
	rig_reply_wait_ms = INT64_C(3600000); /* expect_all_answered waits, and no longer than that */
	if (rig_make(state))
		return -1;
	to_database = proxy_open(0, atoi(strchr(strrchr(getenv("DATABASE_URL"), '@'), ':') + 1));
	to_kafka = proxy_open(atoi(listening), atoi(target));
	rig_go_through(proxy_port(to_database), proxy_port(to_kafka));
	return 0;
}

static int drop(void **state)
{
	for (int i = 0; i < WORKERS; i++)
		if (workers[i].is_paused)
			kill((pid_t)workers[i].pid, SIGCONT);
	proxy_close(to_database);
	proxy_close(to_kafka);
	return rig_drop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_request_has_its_one_answer_after_all_trouble),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
