/*
 * conditions.h - what everything rests on that a database's server may be without: two tables, one
 * of settings, one of rights. That it is a primary and new enough, db_open has looked at.
 *
 * Knows: settings and rights of a session. Doesn't know: Kafka's conditions (kafka/conditions.h).
 * Threads: those of the session.
 */
#ifndef HOLDFAST_PIPELINE_CONDITIONS_H
#define HOLDFAST_PIPELINE_CONDITIONS_H

#include "common/db/db.h"

/* Whose rights are looked at. Flags; what all programs need always is. */
enum {
	RIGHTS_READER = 0,
	RIGHTS_EXPIRER = 1,
	RIGHTS_AUDIT = 2,
	RIGHTS_WORKER = 4,
	RIGHTS_GATEWAY = 8,
	RIGHTS_ADMIN = 16,
	RIGHTS_PRUNER = 32,
	RIGHTS_SHADOW = 64, /* besides RIGHTS_WORKER */
};

/*
 * Look at the server's settings. What does no harm yet is logged, a sentence each.
 *
 * RC_FATAL FROM_PIPELINE: one is as it must not be; the error says what to do
 */
enum rc conditions_verify_settings(struct db *db, struct err *e) NODISCARD;

/* A row of grants.def, which says what they are. */
enum right_weight { RIGHT_NEEDED, RIGHT_WISHED, RIGHT_LATER };

struct right {
	const char *privilege, *name, *columns;
	unsigned whose;
	enum right_weight weight;
};

const struct right *right_at(size_t i); /* NULL: there are no more */
/* What stands in a GRANT of that privilege before the name. */
const char *right_kind(struct text privilege);

/*
 * Look at the rights of the session's role. What is not in the schema is not missed here.
 *
 * RC_FATAL FROM_PIPELINE: one is missing; the error says which, and the GRANT that helps
 */
enum rc conditions_verify_rights(struct db *db, unsigned rights, struct err *e) NODISCARD;

#endif
