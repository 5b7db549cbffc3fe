/*
 * holdfast-audit - decides every request again from the topic alone and compares.
 */
#include <stddef.h>
#include <string.h>

#include "audit/compare/compare.h"
#include "audit/ask/conflicts_report.h"
#include "audit/ask/seat_map.h"
#include "audit/ask/what_if.h"
#include "common/base/log.h"
#include "common/program/program.h"
#include "common/pipeline/binding.h"
#include "common/pipeline/setup.h"

#define CONNECT_MS 5000
#define ANSWER_MS 60000
#define CHECK_WAIT_MS 5000

struct settings {
#include "common/program/options_fields.h"
#include "common/program/options.def"
#include "audit/options.def"
	struct pairs kafka;
};

#define OPTIONS_STRUCT struct settings
static const struct option_row rows[] = {
#include "common/program/options_rows.h"
#include "common/program/options.def"
#include "audit/options.def"
};

static const struct options_spec spec = {
    .program = "holdfast-audit",
    .usage = "[OPTION]...",
    .about = "Decides every request of the topic again, with code of its own, and compares replies,\n"
             "events, dead letters and rows with what must be there. Changes nothing.",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .kafka_at = offsetof(struct settings, kafka),
};

static struct audit_settings fill_in(const struct settings *s)
{
	return (struct audit_settings){
	    .kafka = {s->kafka_bootstrap_servers, spec.program, &s->kafka},
	    .has_database = !s->no_database && !s->conflicts && !s->at && !s->what_if,
	    .topics = {s->requests_topic, s->replies_topic, s->events_topic, s->dead_letter_topic},
	    .group_id = s->group_id,
	    .is_json = s->json,
	    .differences_max = s->differences_max,
	};
}

/* What a comparison would find at its beginning. */
static enum rc verify_groups(const struct audit_settings *audit, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && audit->has_database && i < audit->databases.count; i++) {
		const struct database *database = &audit->databases.list[i];
		struct db *db = NULL;

		rc = db_open(&db, &database->settings, e);
		if (!rc)
			rc = binding_verify_group(db, audit->group_id, e);
		db_close(db);
		if (rc)
			database_blame(database, e);
	}
	return rc;
}

static enum rc verify(const struct settings *s, struct audit_settings *audit, struct setup *setup,
                      struct err *e)
{
	const struct db_settings session = {
	    .program = spec.program,
	    .connect_ms = CONNECT_MS,
	    .answer_ms = ANSWER_MS,
	};
	int64_t wait_ms = s->check ? CHECK_WAIT_MS : (int64_t)s->start_timeout_ms;

	if (reply_topics_read(&audit->reply_topics, s->reply_topics, &audit->topics, e))
		return e->rc;
	if (audit->has_database &&
	    database_map_read(&audit->databases, s->database_map, s->database_url, &session, e))
		return e->rc;
	if (audit->has_database ? setup_verify(setup, &audit->kafka, &audit->databases, &audit->topics,
	                                       wait_ms, e)
	                        : setup_verify_topics(setup, &audit->kafka, &audit->topics, wait_ms, e))
		return e->rc;
	audit->cluster_id = setup->cluster_id;
	audit->partition_count = setup->partition_count;
	if (s->check && verify_groups(audit, e))
		return e->rc;
	return reply_topics_keep_fit(&audit->reply_topics, &audit->kafka, audit->partition_count, e);
}

/* What is asked for in place of the comparison. */
struct asked {
	struct conflicts_asked conflicts;
	struct moment at;
	struct policy what_if;
};

/* Read what --conflicts is given; what does not go together is refused. */
static enum rc ask_conflicts(const struct settings *s, struct conflicts_asked *asked, struct err *e)
{
	const char *stray = s->csv ? "csv" : s->since ? "since" : strcmp(s->by, "each") ? "by" : NULL;
	const char *other = s->at ? "at" : s->what_if ? "what-if" : NULL;

	if (s->csv && s->json)
		return err_set(e, RC_REJECT, EXIT_USAGE, "--csv and --json: one of them, not both");
	if (!s->conflicts && stray)
		return err_set(e, RC_REJECT, EXIT_USAGE, "--%s is taken only with --conflicts", stray);
	if (s->conflicts && other)
		return err_set(e, RC_REJECT, EXIT_USAGE, "--%s is not taken with --conflicts", other);
	if (conflicts_asked_read(asked, s->conflicts ? s->show : NULL, s->since, s->by, e))
		return e->rc;
	asked->form = s->csv ? LISTING_CSV : s->json ? LISTING_JSON : LISTING_TABLE;
	return RC_OK;
}

/* Read what --at and --what-if are given; what does not go together is refused. */
static enum rc ask_shows(const struct settings *s, struct asked *asked, struct err *e)
{
	if (s->at && s->what_if)
		return err_set(e, RC_REJECT, EXIT_USAGE, "--at and --what-if: one of them, not both");
	if (s->at && !s->show)
		return err_set(e, RC_REJECT, EXIT_USAGE, "--at needs --show");
	if (s->show && !s->at && !s->what_if && !s->conflicts)
		return err_set(e, RC_REJECT, EXIT_USAGE, "--show needs --at, --conflicts or --what-if");
	if (s->show && !id_is_well_formed(text_of(s->show), SHOW_ID_BYTES_MAX))
		return err_set(e, RC_REJECT, EXIT_USAGE, "--show must be a show_id");
	if (s->at && moment_read(&asked->at, s->at, e))
		return e->rc;
	if (s->what_if && what_if_read_policy(&asked->what_if, s->what_if, e))
		return e->rc;
	return RC_OK;
}

static enum rc answer(const struct settings *s, const struct audit_settings *audit,
                      const struct asked *asked, struct err *e)
{
	if (s->conflicts)
		return conflicts_report(audit, &asked->conflicts, e);
	if (s->at)
		return seat_map_report(audit, s->show, &asked->at, e);
	if (s->what_if)
		return what_if_report(audit, s->show, &asked->what_if, e);
	return compare_report(audit, e);
}

static enum exit_code work(const void *settings_read, char **words, int count)
{
	const struct settings *s = settings_read;
	struct audit_settings audit = fill_in(s);
	enum exit_code exit_code = EXIT_DONE;
	struct asked asked;
	struct setup setup = {0};
	struct err e;

	(void)words, (void)count;
	if (ask_conflicts(s, &asked.conflicts, &e) || ask_shows(s, &asked, &e) ||
	    verify(s, &audit, &setup, &e)) {
		exit_code = e.exit_code;
		log_err(LOG_ERROR, "cannot start", &e);
	} else if (s->check) {
		log_info("topics and schema are as they must be");
	} else if (answer(s, &audit, &asked, &e)) {
		exit_code = e.exit_code;
		if (exit_code != EXIT_DIFFERENCE) /* that was said on stdout */
			log_err(LOG_ERROR, "not done", &e);
	}
	/* What was left out for want of memory may be what differs, or what does not. */
	if (text_memory_ran_out() && (exit_code == EXIT_DONE || exit_code == EXIT_DIFFERENCE)) {
		exit_code = EXIT_INTERNAL;
		log_error("not done", F_STR("error", "out of memory"));
	}
	reply_topics_release(&audit.reply_topics);
	database_map_release(&audit.databases);
	setup_release(&setup);
	return exit_code;
}

int main(int argc, char **argv)
{
	static const struct program program = {.spec = &spec, .run = work};
	struct settings s = {0};

	return program_main(&program, &s, argc, argv);
}
