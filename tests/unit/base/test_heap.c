/* The deadline heap, also against a plain search. */
#include "helper.h"

#include "base/heap.h"
#include "base/prng.h"

static struct heap_node *pop(struct heap *heap)
{
	struct heap_node *top = heap_top(heap);
	if (top)
		heap_remove(heap, top);
	return top;
}

static void an_empty_heap_has_no_top(void **state)
{
	struct heap heap;
	struct heap_node node = {0};
	heap_init(&heap);
	assert_null(heap_top(&heap));
	heap_remove(&heap, &node);
	heap_free(&heap);
}

static void keys_come_out_from_small_to_large(void **state)
{
	static const int64_t keys[] = {5, INT64_MAX, -3, 0, INT64_MIN, 4};
	static const int64_t sorted[] = {INT64_MIN, -3, 0, 4, 5, INT64_MAX};
	struct heap heap;
	struct heap_node nodes[ARRAY_LEN(keys)] = {0};
	heap_init(&heap);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		heap_insert(&heap, &nodes[i], keys[i]);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		assert_true(pop(&heap)->key == sorted[i]);
	heap_free(&heap);
}

static void equal_keys_come_out_in_the_order_they_went_in(void **state)
{
	struct heap heap;
	struct heap_node nodes[100] = {0};
	heap_init(&heap);
	for (size_t i = 0; i < ARRAY_LEN(nodes); i++)
		heap_insert(&heap, &nodes[i], 7);
	for (size_t i = 0; i < ARRAY_LEN(nodes); i++)
		assert_ptr_equal(pop(&heap), &nodes[i]);
	heap_free(&heap);
}

static void a_moved_node_comes_last_among_its_equals(void **state)
{
	struct heap heap;
	struct heap_node a = {0}, b = {0}, c = {0};
	heap_init(&heap);
	heap_insert(&heap, &a, 1);
	heap_insert(&heap, &b, 2);
	heap_move(&heap, &c, 2);
	heap_move(&heap, &a, 2);
	assert_ptr_equal(pop(&heap), &b);
	assert_ptr_equal(pop(&heap), &c);
	assert_ptr_equal(pop(&heap), &a);
	assert_int_equal(a.place, 0);
	heap_free(&heap);
}

static void a_node_is_in_one_heap_at_most(void **state)
{
	struct heap heap;
	struct heap_node node = {0}, stranger = {.place = 3};
	heap_init(&heap);
	heap_insert(&heap, &node, 1);
	assert_fatal(heap_insert(&heap, &node, 1));
	assert_fatal(heap_remove(&heap, &stranger));
	assert_fatal(heap_move(&heap, &stranger, 1));
	heap_free(&heap);
	assert_int_equal(node.place, 0);
}

/* The smallest key, and among equal ones the one that went in first. */
static size_t model_top(const struct heap_node *nodes, const uint64_t *went_in, size_t count)
{
	size_t best = count;
	for (size_t i = 0; i < count; i++)
		if (nodes[i].place != 0 &&
		    (best == count || nodes[i].key < nodes[best].key ||
		     (nodes[i].key == nodes[best].key && went_in[i] < went_in[best])))
			best = i;
	return best;
}

static void random_use_agrees_with_a_plain_search(void **state)
{
	enum { NODES = 60 };
	struct heap_node nodes[NODES] = {0};
	uint64_t went_in[NODES], now = 0;
	size_t inside = 0;
	struct heap heap;
	struct prng prng;
	prng_seed(&prng, test_seed());
	heap_init(&heap);
	for (int step = 0; step < 50000; step++) {
		size_t i = (size_t)prng_below(&prng, NODES);
		bool was_in = nodes[i].place != 0;
		if (was_in && (prng_unit(&prng) < 0.4)) {
			heap_remove(&heap, &nodes[i]);
			inside--;
		} else {
			heap_move(&heap, &nodes[i], (int64_t)prng_below(&prng, 20));
			went_in[i] = now++;
			inside += !was_in;
		}
		size_t top = model_top(nodes, went_in, NODES);
		assert_int_equal(heap.count, inside);
		assert_ptr_equal(heap_top(&heap), top < NODES ? &nodes[top] : NULL);
	}
	heap_free(&heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_empty_heap_has_no_top),
	        cmocka_unit_test(keys_come_out_from_small_to_large),
	        cmocka_unit_test(equal_keys_come_out_in_the_order_they_went_in),
	        cmocka_unit_test(a_moved_node_comes_last_among_its_equals),
	        cmocka_unit_test(a_node_is_in_one_heap_at_most),
	        cmocka_unit_test(random_use_agrees_with_a_plain_search),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
