/*
 * schema_version.h - the version of the schema that these programs work with: that of the last file
 * of sql/migrations.
 */
#ifndef HOLDFAST_DB_SCHEMA_VERSION_H
#define HOLDFAST_DB_SCHEMA_VERSION_H

#define SCHEMA_VERSION 9

#endif
