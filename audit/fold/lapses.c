#include "audit/fold/lapses.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

/* Reservations of one show differ by their offsets. */
static bool is_before(const struct share *a, const struct share *b)
{
	const struct reservation *x = a->reservation, *y = b->reservation;

	return x->until_ms != y->until_ms ? x->until_ms < y->until_ms : x->offset < y->offset;
}

/* As good as thrown dice: the tree is even however the holds come. */
static uint32_t weight_of(const struct share *share)
{
	uint64_t n = (uint64_t)share->reservation->offset + UINT64_C(0x9e3779b97f4a7c15);

	n = (n ^ n >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	n = (n ^ n >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(n >> 32);
}

int64_t lapses_sum(const struct share *root)
{
	return root ? root->sum : 0;
}

static void sum_up(struct share *root)
{
	root->sum = root->count + lapses_sum(root->sooner) + lapses_sum(root->later);
}

/* What is before `at` and what is behind it. */
static void split(struct share *root, const struct share *at, struct share **before,
                  struct share **behind)
{
	if (!root) {
		*before = *behind = NULL;
		return;
	}
	if (is_before(root, at)) {
		split(root->later, at, &root->later, behind);
		*before = root;
	} else {
		split(root->sooner, at, before, &root->sooner);
		*behind = root;
	}
	sum_up(root);
}

/* All of `before` is before all of `behind`. */
static struct share *join(struct share *before, struct share *behind)
{
	if (!before || !behind)
		return before ? before : behind;
	if (before->weight >= behind->weight) {
		before->later = join(before->later, behind);
		sum_up(before);
		return before;
	}
	behind->sooner = join(before, behind->sooner);
	sum_up(behind);
	return behind;
}

static void add_below(struct share **root, struct share *share)
{
	if (!*root || share->weight > (*root)->weight) {
		split(*root, share, &share->sooner, &share->later);
		*root = share;
	} else {
		add_below(is_before(*root, share) ? &(*root)->later : &(*root)->sooner, share);
	}
	sum_up(*root);
}

void lapses_add(struct share **root, struct share *share)
{
	assert(share->count > 0);
	share->weight = weight_of(share);
	share->sooner = share->later = NULL;
	add_below(root, share);
}

void lapses_remove(struct share **root, struct share *share)
{
	assert(*root && "it is in the tree");
	if (*root == share) {
		*root = join(share->sooner, share->later);
		return;
	}
	lapses_remove(is_before(*root, share) ? &(*root)->later : &(*root)->sooner, share);
	sum_up(*root);
}

int64_t lapses_sum_at(const struct share *root, int64_t t_ms)
{
	int64_t sum = 0;

	while (root) {
		if (root->reservation->until_ms > t_ms) {
			root = root->sooner;
			continue;
		}
		sum += root->count + lapses_sum(root->sooner);
		root = root->later;
	}
	return sum;
}

struct share *lapses_first(struct share *root)
{
	while (root && root->sooner)
		root = root->sooner;
	return root;
}
