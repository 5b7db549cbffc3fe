#include "audit/page/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDER_MODE 0777 /* the user's umask says what is left of it */

static bool is_plain(char c, bool is_first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_' || (c == '.' && !is_first);
}

void file_add_name(struct buf *path, struct text id)
{
	for (size_t i = 0; i < id.bytes; i++)
		if (is_plain(id.data[i], i == 0))
			buf_add(path, &id.data[i], 1);
		else
			buf_print(path, "=%02X", (unsigned)(unsigned char)id.data[i]);
}

enum rc folder_make(const char *path, struct err *e)
{
	struct stat found;

	if (!mkdir(path, FOLDER_MODE) ||
	    (errno == EEXIST && !stat(path, &found) && S_ISDIR(found.st_mode)))
		return RC_OK;
	return err_set(e, RC_FATAL, FROM_SETTINGS, "the folder %s cannot be made: %s", path,
	               strerror(errno));
}

/* Is all of it in the file? */
static bool write_all(const char *path, const struct buf *text)
{
	FILE *file = fopen(path, "w");
	bool is_written;

	if (!file)
		return false;
	is_written = fwrite(text->data, 1, text->bytes, file) == text->bytes;
	return !fclose(file) && is_written;
}

enum rc file_write(const char *path, const struct buf *text, struct err *e)
{
	struct buf other = {0};
	enum rc rc = RC_OK;

	buf_print(&other, "%s.part", path);
	if (other.failed || text->failed) {
		rc = err_out_of_memory(e);
	} else if (!write_all(other.data, text) || rename(other.data, path)) {
		rc = err_set(e, RC_FATAL, FROM_PROGRAM, "%s cannot be written: %s", path, strerror(errno));
		remove(other.data);
	}
	buf_release(&other);
	return rc;
}
