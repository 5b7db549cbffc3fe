/*
 * compose/systemd: the units are well formed, and closed enough. tests/run: plain
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

#include "common/base/text.h"

#define EXPOSURE_MAX 15 /* tenths; systemd-analyze calls up to 2.0 fine */

static const char *const programs[] = {"holdfast-worker", "holdfast-expirer",
                                       "holdfast-gateway", "holdfast-prune"};
#define PROGRAMS (sizeof programs / sizeof programs[0])
static char folder[] = "/tmp/holdfast-systemd-XXXXXX";

/* Run a command on a copy of the program's unit, with a program that is there on every machine. */
static void expect_success(const char *check, const char *program, bool must_be_silent)
{
	char command[1000], chunk[1000];
	struct buf said = {0};
	size_t bytes;
	FILE *pipe;
	int status;

	snprintf(command, sizeof command, "cp compose/systemd/%s.service %s/ && cd %s && "
	         "sed -i 's|^ExecStart=/usr/local/bin/holdfast-[a-z]* |ExecStart=/bin/true |' "
	         "%s.service && %s %s/%s.service 2>&1", program, folder, folder, program, check, folder,
	         program);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while ((bytes = fread(chunk, 1, sizeof chunk, pipe)) > 0)
		buf_add(&said, chunk, bytes);
	status = pclose(pipe);
	if (!WIFEXITED(status) || WEXITSTATUS(status) || (must_be_silent && said.bytes))
		fail_msg("%s: %s", command, buf_text(&said).data);
	buf_release(&said);
}

static void the_units_are_well_formed(void **state)
{
	(void)state;
	for (size_t i = 0; i < PROGRAMS; i++)
		expect_success("systemd-analyze verify --man=no", programs[i], true);
}

static void the_timer_is_well_formed(void **state)
{
	char command[300];

	(void)state;
	snprintf(command, sizeof command, "cp compose/systemd/holdfast-prune.timer %s/ && "
	         "test -z \"$(systemd-analyze verify --man=no %s/holdfast-prune.timer 2>&1)\"", folder,
	         folder);
	assert_int_equal(system(command), 0);
}

/* What stands in place of a part of a unit. */
static void the_unit_with_other_keys_is_well_formed(void **state)
{
	char command[400];

	(void)state;
	snprintf(command, sizeof command,
	         "cd compose/systemd && mkdir %s/holdfast-gateway.service.d && "
	         "sed 's|^ExecStart=/usr/local/bin/holdfast-gateway |ExecStart=/bin/true |' "
	         "reload-keys.conf >%s/holdfast-gateway.service.d/reload-keys.conf", folder, folder);
	assert_int_equal(system(command), 0);
	expect_success("systemd-analyze verify --man=no", "holdfast-gateway", true);
	snprintf(command, sizeof command, "rm -r %s/holdfast-gateway.service.d", folder);
	assert_int_equal(system(command), 0);
	/* But for what it changes, its command is the unit's. */
	assert_int_equal(system("cd compose/systemd && test \"$(sed -n 's/ExecStart=//p' "
	                        "holdfast-gateway.service | sed 's|%d/keys|/etc/holdfast-keys/keys|')\" = "
	                        "\"$(sed -n 's/ExecStart=//p' reload-keys.conf | tail -1)\""), 0);
}

static void the_units_are_closed(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof command,
	         "systemd-analyze security --no-pager --offline=yes --threshold=%d", EXPOSURE_MAX);
	for (size_t i = 0; i < PROGRAMS; i++)
		expect_success(command, programs[i], false);
}

/* They are several, and must not drift apart but where the programs differ. */
static void the_units_differ_in_nothing_but_names_and_times(void **state)
{
	const char *command =
	    "diff <(sed '/^#/d; /^Limit/d; /^$/d; s/worker/X/g; /^Description/d; /^Timeout/d' "
	    "compose/systemd/holdfast-worker.service) <(sed '/^#/d; /^$/d; s/expirer/X/g; "
	    "/^Description/d; /^Timeout/d' compose/systemd/holdfast-expirer.service)";
	/* The gateway has a file of keys and a socket besides. */
	const char *gateways =
	    "diff <(sed '/^#/d; /^$/d; s/worker/X/g; /^Description/d; /^Timeout/d; s/^UMask.*/U/' "
	    "compose/systemd/holdfast-worker.service) <(sed '/^#/d; /^$/d; s/gateway/X/g; "
	    "/^Description/d; /^Timeout/d; /^LoadCredential=keys/d; /^Group/d; /^Runtime/d; "
	    "s/ --keys=%d.keys$//; s/^UMask.*/U/' compose/systemd/holdfast-gateway.service)";
	/* The one that is started each night is closed like them. */
	const char *prune =
	    "diff <(sed -n '/^DynamicUser/,/^UMask/p' compose/systemd/holdfast-worker.service) "
	    "<(sed -n '/^DynamicUser/,/^UMask/p' compose/systemd/holdfast-prune.service)";
	char whole[800];

	(void)state;
	snprintf(whole, sizeof whole, "bash -c \"%s\"", command);
	assert_int_equal(system(whole), 0);
	snprintf(whole, sizeof whole, "bash -c \"%s\"", prune);
	assert_int_equal(system(whole), 0);
	snprintf(whole, sizeof whole, "bash -c \"%s\"", gateways);
	assert_int_equal(system(whole), 0);
}

static int begin(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_units_are_well_formed),
	    cmocka_unit_test(the_timer_is_well_formed),
	    cmocka_unit_test(the_unit_with_other_keys_is_well_formed),
	    cmocka_unit_test(the_units_are_closed),
	    cmocka_unit_test(the_units_differ_in_nothing_but_names_and_times),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
