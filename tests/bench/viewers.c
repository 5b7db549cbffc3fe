/*
 * viewers - many viewers of one live seat map, by WebSocket, from many addresses of this machine.
 *
 *   viewers [OPTION]... LISTEN[,LISTEN]... TARGET COUNT [TIMES]
 *
 *   --idle=PERCENT  so many read nothing but their first map, and all that is left at the end
 *   --cuts=N        cut so many connections, CUTS_A_SECOND, and begin each again with what was seen
 *                   last, at the next address; whoever is sent away comes back, too
 *   --map=FILE      has then what all are to see in the end, a character a seat
 *   --frames=FILE   leave there what the first viewer is sent: "MS TEXT", milliseconds from the first
 *
 * LISTEN is ADDRESS:PORT, or unix:PATH. Connects COUNT viewers to it, from 127.0.0.2 and further, asks
 * for TARGET as a WebSocket, waits until each has its map, says "ready" and reads until SIGTERM. Each
 * frame is applied to the map of its viewer: o never goes back, what is seen at one o is the same for
 * all, and in the end all are at the same. Answers pings.
 *
 * TIMES has a line "O MS" for each change: its request's offset, and the time of its event's record in
 * milliseconds since 1970. It is read at the end; then it is said how late changes came, each at each
 * viewer that reads. Prints lines of a name and a figure. Exit code 1 where anything was wrong.
 *
 * The viewers stand for as many other machines, but share the processors of this one with whoever
 * sends. So a frame has come when the kernel had it for its viewer (SO_TIMESTAMPNS), not when this
 * program had its turn to read it, which is said beside it (read_*). Of frames that are read at once
 * it says that of the last, and so too late rather than too early; at a Unix socket the kernel says
 * nothing, and both are the same. And once all have their maps it lets everybody else go before, and
 * looks each READ_MS in place of waiting: who sends need not wake it.
 */
#define _GNU_SOURCE /* SCHED_IDLE */
#include <arpa/inet.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/aside.h"
#include "common/base/clock.h"
#include "tests/bench/map/crowd.h"
#include "tests/bench/map/late.h"

#define CUTS_A_SECOND 400
#define READ_MS 20              /* between two looks at what has come */
#define SMALL_SHARE "10"        /* a nice value: 1/9 of another session's */
#define END_MS 15000            /* for all to be at the same place */

static struct {
	unsigned idle_percent, cuts;
	const char *map, *frames, *times;
} asked;
static volatile sig_atomic_t is_over;

/* ---- at the end ---- */

/* NULL: none is given */
static char *wanted_map(void)
{
	FILE *file = asked.map ? fopen(asked.map, "r") : NULL;
	char *text = NULL;
	size_t room = 0;

	if (asked.map && (!file || getline(&text, &room, file) < 0)) {
		perror(asked.map);
		exit(1);
	}
	if (file)
		fclose(file);
	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

/* false: the kernel does not share processors between sessions */
static bool set_share(const char *nice)
{
	FILE *group = fopen("/proc/self/autogroup", "w");

	return group && (fputs(nice, group), !fclose(group));
}

/*
 * Any other task goes before this program, and has the processor as it wakes. Where processors are
 * shared between sessions first (autogroup), a task's policy counts in its session alone: so this
 * has one of its own, with a small share.
 */
static void stand_aside(void)
{
	(void)aside_begin();
	(void)setsid();
	if (!set_share(SMALL_SHARE))
		(void)sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){.sched_priority = 0});
}

/* What is left is to be read, however busy the machine is. */
static void stand_aside_no_more(void)
{
	aside_end();
	if (!set_share("0"))
		(void)sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){.sched_priority = 0});
}

static double processor_s(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static bool print_end(const struct seen *seen)
{
	unsigned sent_away = crowd.comes_again ? 0 : crowd.closed;

	printf("viewers.closed %u\nviewers.idle_closed %u\nviewers.failed %u\nviewers.o %lld\n",
	       crowd.closed, crowd.idle_closed, crowd.failed, crowd_furthest());
	printf("viewers.cuts %u\nviewers.resumes %u\nviewers.snaps %u\nviewers.needless %u\n",
	       crowd.cuts, crowd.resumes, crowd.snaps, crowd.needless);
	printf("viewers.stamped %llu\nviewers.unstamped %llu\n", crowd.stamped, crowd.unstamped);
	late_print_pace(crowd.count / 2);
	if (!seen)
		fprintf(stderr, "not all are at %lld, and see what they should\n", crowd_furthest());
	if (sent_away)
		fprintf(stderr, "%u were closed\n", sent_away);
	return seen && !crowd.failed && !sent_away && !crowd.needless && crowd.cuts >= asked.cuts;
}

static void end(int number)
{
	(void)number;
	is_over = 1;
}

static bool watch_until_told(void)
{
	int64_t began_ms = clock_monotonic_ms(), until_ms;
	unsigned long long before = crowd.frames, bytes_before = crowd.bytes;
	double processor_before = processor_s();
	const struct seen *seen;
	char *wanted;

	crowd.is_measuring = true;
	while (!is_over) {
		double due = (double)(clock_monotonic_ms() - began_ms) * CUTS_A_SECOND / 1000;

		if (asked.cuts)
			crowd_cut_and_resume(due < asked.cuts ? due : asked.cuts);
		if (!asked.cuts)
			clock_sleep_ms(READ_MS);
		while (crowd_turn(asked.cuts ? 2 : 0) && !asked.cuts && !is_over)
			;
	}
	if (!asked.cuts)
		stand_aside_no_more();
	crowd_read_all();
	wanted = wanted_map();
	until_ms = clock_monotonic_ms() + END_MS;
	do {
		crowd_cut_and_resume(0);
		(void)crowd_turn(100);
		seen = crowd_seen();
		if (seen && wanted && strcmp(seen->seats, wanted) != 0)
			seen = NULL;
	} while (!seen && clock_monotonic_ms() < until_ms);
	free(wanted);
	/* What was sent before SIGTERM may have been read behind it. */
	printf("viewers.frames %llu\nviewers.bytes %llu\nviewers.processor_s %.2f\n",
	       crowd.frames - before, crowd.bytes - bytes_before, processor_s() - processor_before);
	return print_end(seen);
}

/* ---- arguments ---- */

static bool read_path(const char *path, struct crowd_address *address)
{
	if (strlen(path) >= sizeof address->is.un.sun_path)
		return false;
	address->is.un.sun_family = AF_UNIX;
	strcpy(address->is.un.sun_path, path);
	address->bytes = sizeof address->is.un;
	crowd.host = "localhost";
	return true;
}

static bool read_address(const char *text, struct crowd_address *address)
{
	char host[64];
	unsigned port;

	if (!strncmp(text, "unix:", 5))
		return read_path(text + 5, address);
	if (sscanf(text, "%63[0-9.]:%u", host, &port) != 2 || port > UINT16_MAX)
		return false;
	address->is.in.sin_family = AF_INET;
	address->is.in.sin_port = htons((uint16_t)port);
	address->bytes = sizeof address->is.in;
	return inet_pton(AF_INET, host, &address->is.in.sin_addr) == 1;
}

static bool read_addresses(char *text)
{
	char *save, *one;

	crowd.host = need(strndup(text, strcspn(text, ",")));
	for (one = strtok_r(text, ",", &save); one; one = strtok_r(NULL, ",", &save))
		if (crowd.address_count == CROWD_ADDRESSES_MAX ||
		    !read_address(one, &crowd.addresses[crowd.address_count++]))
			return false;
	return crowd.address_count > 0;
}

static bool read_option(const char *word)
{
	if (!strncmp(word, "--map=", 6))
		asked.map = word + 6;
	else if (!strncmp(word, "--frames=", 9))
		asked.frames = word + 9;
	else
		return sscanf(word, "--idle=%u", &asked.idle_percent) == 1 ||
		       sscanf(word, "--cuts=%u", &asked.cuts) == 1;
	return true;
}

static bool read_arguments(int argc, char **argv)
{
	while (argc > 1 && !strncmp(argv[1], "--", 2) && read_option(argv[1]))
		argc--, argv++;
	if (argc < 4 || argc > 5 || !read_addresses(argv[1]))
		return false;
	crowd.target = argv[2];
	crowd.count = (unsigned)strtoul(argv[3], NULL, 10);
	asked.times = argv[4];
	return crowd.count > 0;
}

static bool open_all(void)
{
	crowd.comes_again = asked.cuts > 0;
	crowd.recording = asked.frames ? fopen(asked.frames, "w") : NULL;
	(void)sigaction(SIGTERM, &(struct sigaction){.sa_handler = end}, NULL);
	return crowd_open(asked.idle_percent) && (!asked.frames || crowd.recording);
}

int main(int argc, char **argv)
{
	int64_t began_ms;
	bool is_right;

	if (!read_arguments(argc, argv)) {
		fprintf(stderr, "usage: viewers [--idle=PERCENT] [--cuts=N] [--map=FILE] [--frames=FILE] "
		        "LISTEN[,LISTEN]... TARGET COUNT [TIMES]\n");
		return 2;
	}
	if (!open_all()) {
		perror("viewers");
		return 1;
	}
	began_ms = clock_monotonic_ms();
	if (!crowd_join()) {
		fprintf(stderr, "not all %u came: %u wait\n", crowd.count, crowd.waiting);
		return 1;
	}
	printf("viewers.join_ms %lld\nready\n", (long long)(clock_monotonic_ms() - began_ms));
	fflush(stdout);
	/* Cuts come in time; nothing else is measured then. */
	if (!asked.cuts)
		stand_aside();
	is_right = watch_until_told();
	if (asked.times)
		is_right = late_print(asked.times) && is_right;
	if (crowd.recording)
		is_right = !fclose(crowd.recording) && is_right;
	return is_right ? 0 : 1;
}
