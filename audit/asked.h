/*
 * asked.h - what the options ask holdfast-audit for: the comparison, or in its place conflicts, a
 * seat map, another policy, or a letter.
 */
#ifndef HOLDFAST_AUDIT_ASKED_H
#define HOLDFAST_AUDIT_ASKED_H

#include "audit/ask/conflicts_report.h"
#include "audit/ask/seat_map.h"
#include "audit/ask/what_if_report.h"
#include "audit/letter/report.h"

#define PROGRAM_OPTIONS "audit/options.def"
#include "common/program/settings.h"

struct asked {
	struct conflicts_asked conflicts;
	struct moment at;
	struct other_policy what_if;
	bool has_letter;
	struct letter_asked letter;
};

/*
 * Read what those options are given.
 *
 * RC_USAGE: one does not go without another, or together with it, or says nothing
 *           sensible; names it
 */
enum rc asked_read(struct asked *asked, const struct settings *s, struct err *e) NODISCARD;

/* Is it answered from the topics, without a database? */
bool asked_of_topics(const struct settings *s);

/* Answer it on stdout. Return codes as of whatever does. */
enum rc asked_answer(const struct asked *asked, const struct settings *s,
                     const struct audit_settings *audit, struct err *e) NODISCARD;

#endif
