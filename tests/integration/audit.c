#include "tests/integration/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/integration/shell.h"

#define ARGUMENTS_MAX 12

/* Audits read to the end of many partitions; the client would wait 100 ms at each. */
#define QUICK "--kafka.fetch.wait.max.ms=5"

static int numbered;

static const char *folder(void)
{
	const char *run = getenv("HOLDFAST_RUN_DIR");

	return run ? run : "/tmp";
}

void audit_start(struct audit *audit, ...)
{
	const char *a[ARGUMENTS_MAX + 1] = {NULL};
	bool is_json = false;
	va_list args;

	va_start(args, audit);
	for (int i = 0; i < ARGUMENTS_MAX && (a[i] = va_arg(args, const char *)); i++)
		is_json = is_json || !strcmp(a[i], "--json");
	va_end(args);
	*audit = (struct audit){0};
	snprintf(audit->path, sizeof audit->path, "%s/audit-%ld-%d.%s", folder(), (long)getpid(),
	         numbered++, is_json ? "json" : "text");
	audit->pid = rig_start("/bin/sh", "-c", "exec \"${HOLDFAST_BUILD:-build}/holdfast-audit\" " QUICK
	                       " \"$@\" >\"$0\"", audit->path, a[0], a[1], a[2], a[3], a[4], a[5], a[6],
	                       a[7], a[8], a[9], a[10], NULL);
}

void audit_await(struct audit *audit)
{
	FILE *file;
	long bytes;

	audit->exit_code = rig_stop(audit->pid, 0);
	file = fopen(audit->path, "r");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	bytes = ftell(file);
	rewind(file);
	audit->report = calloc(1, (size_t)bytes + 1);
	assert_non_null(audit->report);
	assert_int_equal(fread(audit->report, 1, (size_t)bytes, file), bytes);
	fclose(file);
	/* One that cannot start says so on stderr alone. */
	if (!strstr(audit->path, ".json") || (!bytes && audit->exit_code == 3))
		remove(audit->path);
}

void audit_release(struct audit *audit)
{
	free(audit->report);
	audit->report = NULL;
}

size_t audit_count(const struct audit *audit, const char *text)
{
	size_t count = 0;

	for (const char *at = audit->report; (at = strstr(at, text)); at += strlen(text))
		count++;
	return count;
}

void audit_is_clean(const char *more)
{
	struct audit text, json;

	audit_start(&text, more, NULL);
	audit_start(&json, "--json", more, NULL);
	audit_await(&text);
	audit_await(&json);
	if (text.exit_code || json.exit_code || !audit_count(&text, "\nno differences\n") ||
	    !audit_count(&json, "{\"differences\":[],\"difference_count\":0,"))
		fail_msg("audits ended with %d and %d:\n%s%s\n%s", text.exit_code, json.exit_code, text.report,
		         json.report, rig_log());
	audit_release(&text);
	audit_release(&json);
}

void audit_check_json(void)
{
	(void)shell_run("python3 -c 'import glob, json, sys\n"
	                "names = glob.glob(sys.argv[1])\n"
	                "assert names\n"
	                "for name in names: json.load(open(name, encoding=\"utf-8\"))' "
	                "'%s/audit-%ld-*.json' 2>&1 && rm -f '%s'/audit-%ld-*.json", folder(),
	                (long)getpid(), folder(), (long)getpid());
}
