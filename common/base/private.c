#include "common/base/private.h"

#include <sys/stat.h>

static enum rc judge(const struct stat *status, const char *what, bool is_secret, struct err *e)
{
	unsigned mode = status->st_mode & 07777;

	if (!S_ISREG(status->st_mode))
		return RC_OK;
	if (mode & (S_IWGRP | S_IWOTH))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "%.300s: group or others can write it (mode %04o): chmod go-w", what, mode);
	if (is_secret && (mode & S_IROTH))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "%.300s: others can read it (mode %04o), and it holds secrets: chmod o-r", what,
		               mode);
	return RC_OK;
}

bool private_is_read_by_all(FILE *file)
{
	struct stat status;

	return !fstat(fileno(file), &status) && S_ISREG(status.st_mode) && (status.st_mode & S_IROTH);
}

enum rc private_judge(FILE *file, const char *what, bool is_secret, struct err *e)
{
	struct stat status;

	return fstat(fileno(file), &status) ? RC_OK : judge(&status, what, is_secret, e);
}

enum rc private_judge_path(const char *path, const char *what, struct err *e)
{
	struct stat status;

	return stat(path, &status) ? RC_OK : judge(&status, what, true, e);
}
