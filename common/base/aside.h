/*
 * aside.h - a thread that does much work that may wait lets others go before it.
 *
 * From Linux 6.12 on a task whose turns are short may take the processor, as it wakes, from one that
 * asked for long ones. What each gets of the processors in all is the same. So a thread asks for long
 * ones while it has such work, and for usual ones behind it. Elsewhere, or where sched_setattr(2) is
 * not allowed, it may give way by itself now and then.
 *
 * Threads: each for itself.
 */
#ifndef HOLDFAST_BASE_ASIDE_H
#define HOLDFAST_BASE_ASIDE_H

#include <stdbool.h>

/* false: nothing has changed. Cheap; what the machine cannot do is found out once. */
bool aside_begin(void);
void aside_end(void); /* behind one that was true */
/* Between two pieces of the work. is_aside: what aside_begin said */
void aside_rest(bool is_aside);

#endif
