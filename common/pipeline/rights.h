/*
 * rights.h - what each role of the database and each user of Kafka is to be given: the tables
 * grants.def and acls.def as statements and commands, and row by row.
 */
#ifndef HOLDFAST_PIPELINE_RIGHTS_H
#define HOLDFAST_PIPELINE_RIGHTS_H

#include "common/base/text.h"
#include "common/pipeline/pipeline.h"

/* What a user of Kafka may do on one resource. */
enum acl_kind { ACL_TOPIC, ACL_GROUP, ACL_TRANSACTIONAL_ID };

struct acl {
	const char *user, *operation; /* as kafka-acls writes them: holdfast_worker, Read */
	enum acl_kind kind;
	bool is_prefix;               /* of each that begins with the name */
	char name[520];
};

struct acl_names {
	struct topic_names topics;
	const struct reply_topics *reply_topics; /* NULL: none */
	const char *group_id;
	bool is_shadow; /* the user of a shadow alone; else all others */
};

/* Number i, from 0; false: there are no more. */
bool acl_at(const struct acl_names *names, size_t i, struct acl *acl);
/* Commands for a shell, in which $acls is kafka-acls.sh with its servers. */
void acls_print(const struct acl_names *names, struct buf *to);

/* What a role of the database may do. */
struct grant {
	const char *role, *privilege, *object; /* object: with its kind and schema */
	const char *columns;                   /* "": all */
	bool is_needed;                        /* the programs of the role do not start without it */
};

/* Number i, by role; false: there are no more. is_shadow: in a scratch database, of its shadow. */
bool grant_at(bool is_shadow, size_t i, struct grant *grant);
void grants_print(bool is_shadow, struct buf *to); /* SQL */

#endif
