/* Who is found among the customers that a view has of a show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "worker/plan/view.h"

#define CUSTOMERS 1000u

/* Of any two some begin alike, and some in the part that a table goes by. */
static void hash_of(unsigned n, uint8_t hash[SHA256_BYTES])
{
	const unsigned begins = n % 3 ? n : n % 7;

	memset(hash, 0, SHA256_BYTES);
	memcpy(hash, &begins, sizeof begins);
	memcpy(hash + SHA256_BYTES - sizeof n, &n, sizeof n);
}

static void each_customer_is_found_and_no_other(void **state)
{
	static struct customer *added[CUSTOMERS];
	struct arena arena = {0};
	struct view view;
	struct show *show, *other;
	uint8_t hash[SHA256_BYTES];
	unsigned listed = 0;

	(void)state;
	view_open(&view, &arena);
	show = view_show(&view, text_of("opera"));
	other = view_show(&view, text_of("ballet"));
	for (unsigned i = 0; i < CUSTOMERS; i++) {
		hash_of(i, hash);
		assert_null(view_find_customer(show, hash));
		added[i] = view_customer(&view, show, hash);
		assert_non_null(added[i]);
		assert_ptr_equal(view_customer(&view, show, hash), added[i]);
	}
	for (unsigned i = 0; i < CUSTOMERS; i++) {
		hash_of(i, hash);
		assert_ptr_equal(view_find_customer(show, hash), added[i]);
		assert_memory_equal(added[i]->hash, hash, SHA256_BYTES);
		assert_null(view_find_customer(other, hash));
	}
	for (const struct customer *c = show->customers.all; c; c = c->next_of_show)
		listed++;
	for (const struct customer *c = view.wanted_customers; c; c = c->next_wanted)
		listed++;
	assert_int_equal(listed, 2 * CUSTOMERS);
	view_close(&view);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_customer_is_found_and_no_other)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
