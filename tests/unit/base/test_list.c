/* The intrusive list, also against a plain array. */
#include "helper.h"

#include "base/list.h"
#include "base/prng.h"

struct item {
	int number;
	struct list link;
};

static void an_empty_list_has_no_first(void **state)
{
	struct list head;
	list_init(&head);
	assert_true(list_empty(&head));
	assert_null(list_first(&head, struct item, link));
	list_each(node, tmp, &head) fail();
}

static void the_front_comes_first_and_the_back_last(void **state)
{
	struct list head;
	struct item items[] = {{.number = 2}, {.number = 1}, {.number = 3}};
	list_init(&head);
	list_push_back(&head, &items[0].link);
	list_push_front(&head, &items[1].link);
	list_push_back(&head, &items[2].link);
	int expected = 1;
	list_each(node, tmp, &head)
	        assert_int_equal(container_of(node, struct item, link)->number, expected++);
	assert_int_equal(expected, 4);
	assert_ptr_equal(list_first(&head, struct item, link), &items[1]);
}

static void removing_a_node_in_no_list_is_harmless(void **state)
{
	struct item item;
	list_init(&item.link);
	list_remove(&item.link);
	list_remove(&item.link);
	assert_true(list_empty(&item.link));
}

static void the_loop_may_remove_where_it_stands(void **state)
{
	struct list head;
	struct item items[5];
	list_init(&head);
	for (int i = 0; i < 5; i++) {
		items[i].number = i;
		list_push_back(&head, &items[i].link);
	}
	int seen = 0;
	list_each(node, tmp, &head)
	{
		seen++;
		list_remove(node);
	}
	assert_int_equal(seen, 5);
	assert_true(list_empty(&head));
}

static void random_use_agrees_with_a_plain_array(void **state)
{
	enum { ITEMS = 40 };
	struct item items[ITEMS];
	int model[ITEMS];
	size_t count = 0;
	struct list head;
	struct prng prng;
	prng_seed(&prng, test_seed());
	list_init(&head);
	for (int i = 0; i < ITEMS; i++) {
		items[i].number = i;
		list_init(&items[i].link);
	}
	for (int step = 0; step < 20000; step++) {
		int number = (int)prng_below(&prng, ITEMS);
		struct list *node = &items[number].link;
		size_t at = 0;
		while (at < count && model[at] != number)
			at++;
		if (at < count) {
			list_remove(node);
			count--;
			memmove(model + at, model + at + 1, (count - at) * sizeof(*model));
		} else if ((prng_unit(&prng) < 0.3)) {
			list_push_front(&head, node);
			memmove(model + 1, model, count++ * sizeof(*model));
			model[0] = number;
		} else if (count > 0 && (prng_unit(&prng) < 0.5)) {
			size_t place = (size_t)prng_below(&prng, count);
			list_insert_before(&items[model[place]].link, node);
			memmove(model + place + 1, model + place,
			        (count++ - place) * sizeof(*model));
			model[place] = number;
		} else {
			list_push_back(&head, node);
			model[count++] = number;
		}
		size_t seen = 0;
		list_each(each, tmp, &head)
		{
			assert_true(seen < count);
			assert_int_equal(container_of(each, struct item, link)->number,
			                 model[seen++]);
		}
		assert_int_equal(seen, count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_empty_list_has_no_first),
	        cmocka_unit_test(the_front_comes_first_and_the_back_last),
	        cmocka_unit_test(removing_a_node_in_no_list_is_harmless),
	        cmocka_unit_test(the_loop_may_remove_where_it_stands),
	        cmocka_unit_test(random_use_agrees_with_a_plain_array),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
