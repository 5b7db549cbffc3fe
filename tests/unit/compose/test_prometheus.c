/*
 * compose/prometheus against the programs: what rules and dashboard name is what a worker has, the
 * rules do what their own tests say, and each alert leads to a runbook. tests/run: plain
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

#include "worker/figures/figures.h"
#include "worker/figures/gauges.h"

#define FOLDER "compose/prometheus/"
#define LETTERS "abcdefghijklmnopqrstuvwxyz_"
#define COMMAND_BYTES 1000

static struct buf output;

/* Run a command; its exit code, and in `output` what it said. */
__attribute__((format(printf, 1, 2))) static int run(const char *format, ...)
{
	char command[COMMAND_BYTES];
	char chunk[4096];
	va_list args;
	FILE *pipe;
	size_t got;
	int status;

	va_start(args, format);
	vsnprintf(command, sizeof command, format, args);
	va_end(args);
	buf_clear(&output);
	buf_add_string(&output, "");
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while ((got = fread(chunk, 1, sizeof chunk, pipe)) > 0)
		buf_add(&output, chunk, got);
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void expect_success(int status)
{
	if (status)
		fail_msg("exit code %d: %s", status, output.data);
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	struct buf text = {0};
	char chunk[4096];
	size_t got;

	if (!file)
		fail_msg("cannot open %s", path);
	while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
		buf_add(&text, chunk, got);
	fclose(file);
	return text.data;
}

/* The text for Prometheus of a worker with partitions. */
static char *print_metrics(void)
{
	struct buf text = {0};
	struct err e;

	metrics_open("program=\"holdfast-worker\"", figures_rows, METRIC_COUNT);
	assert_int_equal(gauges_open(1, &e), RC_OK);
	gauges_set_halted(0, false);
	for (int kind = 0; kind < OFFSET_KINDS; kind++)
		gauges_set_offset(0, (enum gauge_offset)kind, 1);
	metrics_print(&text);
	metrics_close();
	gauges_close();
	return text.data;
}

/* The gateway's, of which the names alone are of interest here. */
static const struct {
	const char *kind, *name;
} gateways[] = {
#define METRIC(symbol, kind, samples, name, help) {#kind, name},
#include "gateway/figures/metrics.def"
#undef METRIC
};

/* A line a sample, of all programs. */
static char *print_all_names(void)
{
	char *workers = print_metrics();
	struct buf text = {0};

	buf_print(&text, "%s", workers);
	free(workers);
	for (int i = METRIC_FIRST_OF_SHADOWS; i < METRIC_COUNT; i++) /* which nothing was compared for */
		buf_print(&text, "%s 0\n", figures_rows[i].name);
	for (size_t i = 0; i < sizeof gateways / sizeof gateways[0]; i++) {
		const char *name = gateways[i].name;

		if (!strcmp(gateways[i].kind, "HISTOGRAM"))
			buf_print(&text, "%s_bucket{} 0\n%s_sum 0\n%s_count 0\n", name, name, name);
		else
			buf_print(&text, "%s 0\n", name);
	}
	return text.data;
}

/* Is there a sample of that very name? */
static bool is_sample(const char *metrics, const char *name, size_t bytes)
{
	for (const char *at = metrics; (at = strstr(at, name)); at++)
		if ((at == metrics || at[-1] == '\n') && (at[bytes] == ' ' || at[bytes] == '{'))
			return true;
	return false;
}

/* Every word holdfast_... of the file is a sample's name. How many there were. */
static size_t check_names(const char *path, const char *metrics)
{
	char *text = read_file(path);
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, "holdfast_")); at++) {
		size_t bytes = strspn(at, LETTERS);
		char name[100];

		snprintf(name, sizeof name, "%.*s", (int)bytes, at);
		if (!is_sample(metrics, name, bytes))
			fail_msg("%s names %s, which no program has", path, name);
		count++;
	}
	free(text);
	return count;
}

static void the_metrics_are_well_formed_for_promtool(void **state)
{
	char *metrics = print_metrics();
	char path[] = "/tmp/holdfast-metrics-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");

	(void)state;
	assert_non_null(file);
	fputs(metrics, file);
	fclose(file);
	expect_success(run("compose/local/promtool check metrics <%s 2>&1", path));
	assert_string_equal(output.data, ""); /* it has nothing to say */
	remove(path);
	free(metrics);
}

static void rules_and_settings_are_well_formed(void **state)
{
	(void)state;
	expect_success(run("compose/local/promtool check rules " FOLDER "rules.yml 2>&1"));
	expect_success(run("compose/local/promtool check config " FOLDER "prometheus.yml 2>&1"));
}

static void rules_do_what_their_tests_say(void **state)
{
	(void)state;
	expect_success(run("compose/local/promtool test rules " FOLDER "rules_test.yml 2>&1"));
}

static void rules_and_dashboard_name_metrics_that_there_are(void **state)
{
	char *metrics = print_all_names();

	(void)state;
	assert_true(check_names(FOLDER "rules.yml", metrics) > 15);
	assert_true(check_names(FOLDER "dashboard.json", metrics) > 15);
	assert_true(check_names(FOLDER "rules_test.yml", metrics) > 15);
	free(metrics);
}

/* Of a histogram its buckets. */
static void the_dashboard_shows_every_metric_of_a_gateway(void **state)
{
	char *dashboard = read_file(FOLDER "dashboard.json");

	(void)state;
	for (size_t i = 0; i < sizeof gateways / sizeof gateways[0]; i++) {
		bool is_histogram = !strcmp(gateways[i].kind, "HISTOGRAM");
		char name[100];

		snprintf(name, sizeof name, "%s%s", gateways[i].name, is_histogram ? "_bucket" : "");
		if (!strstr(dashboard, name))
			fail_msg("no panel shows %s", name);
	}
	free(dashboard);
}

/* As rules, since promtool reads no dashboard. */
static void the_dashboard_is_json_and_its_expressions_are_well_formed(void **state)
{
	char path[] = "/tmp/holdfast-dashboard-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	fclose(fdopen(fd, "w"));
	expect_success(run(
	    "python3 -c 'import json; d = json.load(open(\"" FOLDER "dashboard.json\"));"
	    "e = [t[\"expr\"].replace(\"$__rate_interval\", \"5m\") for p in d[\"panels\"] for t in "
	    "p[\"targets\"]]; assert len(e) > 15;"
	    "print(json.dumps({\"groups\": [{\"name\": \"g\", \"rules\": [{\"record\": \"r%%d\" %% i, "
	    "\"expr\": x} for i, x in enumerate(e)]}]}))' 2>&1 >%s", path));
	expect_success(run("compose/local/promtool check rules %s 2>&1", path));
	remove(path);
}

/* "#holdfastlag" is the place of "### HoldfastLag". */
static bool has_heading(const char *text, const char *alert)
{
	char heading[100];

	snprintf(heading, sizeof heading, "\n### %s\n", alert);
	return strstr(text, heading);
}

static void every_alert_is_tested_and_leads_to_its_runbook(void **state)
{
	char *rules = read_file(FOLDER "rules.yml"), *tests = read_file(FOLDER "rules_test.yml");
	char *operations = read_file("docs/operations.md");
	size_t count = 0;

	(void)state;
	for (const char *at = rules; (at = strstr(at, "- alert: ")); at++) {
		char alert[80], place[120], test[120];
		const char *next = strstr(at + 1, "- alert: "), *found;

		(void)sscanf(at, "- alert: %79s", alert);
		snprintf(place, sizeof place, "docs/operations.md#%s\n", alert);
		for (char *c = place + strlen("docs/operations.md#"); *c; c++)
			*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
		found = strstr(at, place);
		if (!found || (next && found > next))
			fail_msg("%s has no runbook %s", alert, place);
		if (!has_heading(operations, alert))
			fail_msg("docs/operations.md has no section %s", alert);
		snprintf(test, sizeof test, "alertname: %s\n", alert);
		if (!strstr(tests, test))
			fail_msg("no test lets %s fire", alert);
		count++;
	}
	assert_true(count >= 10);
	free(rules);
	free(tests);
	free(operations);
}

static int end(void **state)
{
	(void)state;
	buf_release(&output);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_metrics_are_well_formed_for_promtool),
	    cmocka_unit_test(rules_and_settings_are_well_formed),
	    cmocka_unit_test(rules_do_what_their_tests_say),
	    cmocka_unit_test(rules_and_dashboard_name_metrics_that_there_are),
	    cmocka_unit_test(the_dashboard_shows_every_metric_of_a_gateway),
	    cmocka_unit_test(the_dashboard_is_json_and_its_expressions_are_well_formed),
	    cmocka_unit_test(every_alert_is_tested_and_leads_to_its_runbook),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
