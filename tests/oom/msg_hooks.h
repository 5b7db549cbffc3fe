/*
 * msg_hooks.h - cJSON's allocations counted with our own; see alloc.h.
 */
#ifndef HOLDFAST_TESTS_MSG_HOOKS_H
#define HOLDFAST_TESTS_MSG_HOOKS_H

void msg_hooks_install(void);

#endif
