#include "common/program/terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_DEFAULT 100
#define COLUMNS_MAX 10000

size_t terminal_columns(void)
{
	const char *told = getenv("COLUMNS");
	long columns = told ? strtol(told, NULL, 10) : 0;
	struct winsize size;

	if (columns > 0 && columns <= COLUMNS_MAX)
		return (size_t)columns;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col > 0)
		return size.ws_col;
	return COLUMNS_DEFAULT;
}
