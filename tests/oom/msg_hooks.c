#include "tests/oom/msg_hooks.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

static void *take(size_t bytes)
{
	return malloc(bytes);
}

static void give(void *taken)
{
	free(taken);
}

void msg_hooks_install(void)
{
	cJSON_Hooks hooks = {take, give};

	cJSON_InitHooks(&hooks);
}
