/* Fields that ignoreApplicationDifferences names, taken out of a tree. */
#include <string.h>
#include "base/jq.h"
#include "base/json.h"
#include "render/engines/argo_paths.h"
#include "tests/unit/unit.h"

static const char tree[] =
	"{\"a\":{\"b\":1,\"c~/d\":2},\"l\":[{\"name\":\"x\",\"v\":1,\"w\":[3,4]},"
	"{\"name\":\"y\",\"v\":2}]}";

static const struct {
	const char *path, *left; /* left NULL: it is not understood */
} cases[] = {
	{ ".a.b", "{\"a\":{\"c~/"
		  "d\":2},\"l\":[{\"name\":\"x\",\"v\":1,\"w\":[3,4]},{\"name\":\"y\",\"v\":2}]}" },
	{ ".a[\"c~/d\"]", "{\"a\":{\"b\":1},\"l\":[{\"name\":\"x\",\"v\":1,\"w\":[3,4]},{\"name\":"
			  "\"y\",\"v\":2}]}" },
	{ ".a[]",
	  "{\"a\":{},\"l\":[{\"name\":\"x\",\"v\":1,\"w\":[3,4]},{\"name\":\"y\",\"v\":2}]}" },
	{ ".l", "{\"a\":{\"b\":1,\"c~/d\":2}}" },
	{ ".l[0]", "{\"a\":{\"b\":1,\"c~/d\":2},\"l\":[{\"name\":\"y\",\"v\":2}]}" },
	{ ".l[1].v", "{\"a\":{\"b\":1,\"c~/"
		     "d\":2},\"l\":[{\"name\":\"x\",\"v\":1,\"w\":[3,4]},{\"name\":\"y\"}]}" },
	{ ".l[].v",
	  "{\"a\":{\"b\":1,\"c~/d\":2},\"l\":[{\"name\":\"x\",\"w\":[3,4]},{\"name\":\"y\"}]}" },
	{ ".l[] | select(.name == \"y\")",
	  "{\"a\":{\"b\":1,\"c~/d\":2},\"l\":[{\"name\":\"x\",\"v\":1,\"w\":[3,4]}]}" },
	{ ".l[]?|select( .name==\"x\" )|.w[1]",
	  "{\"a\":{\"b\":1,\"c~/"
	  "d\":2},\"l\":[{\"name\":\"x\",\"v\":1,\"w\":[3]},{\"name\":\"y\",\"v\":2}]}" },
	{ ".l[] | select(.name | startswith(\"x\"))",
	  "{\"a\":{\"b\":1,\"c~/d\":2},\"l\":[{\"name\":\"y\",\"v\":2}]}" },
	{ ".l[] | select(.name|endswith(\"y\")) | .v",
	  "{\"a\":{\"b\":1,\"c~/"
	  "d\":2},\"l\":[{\"name\":\"x\",\"v\":1,\"w\":[3,4]},{\"name\":\"y\"}]}" },
	{ ".l[] | select(.name | contains(\"\"))", "{\"a\":{\"b\":1,\"c~/d\":2},\"l\":[]}" },
	{ ".l[] | select(.name | test(\"x\"))",
	  "{\"a\":{\"b\":1,\"c~/d\":2},\"l\":[{\"name\":\"y\",\"v\":2}]}" },
	{ ".none.of[].it", tree },
	{ ".a.b | length", tree },
	{ ".l[] | select(.v > 1)",
	  "{\"a\":{\"b\":1,\"c~/d\":2},\"l\":[{\"name\":\"x\",\"v\":1,\"w\":[3,4]}]}" },
	{ ".l[", NULL },
	{ "", NULL },
	{ "/a/b", "{\"a\":{\"c~/"
		  "d\":2},\"l\":[{\"name\":\"x\",\"v\":1,\"w\":[3,4]},{\"name\":\"y\",\"v\":2}]}" },
	{ "/a/c~0~1d", "{\"a\":{\"b\":1},\"l\":[{\"name\":\"x\",\"v\":1,\"w\":[3,4]},{\"name\":"
		       "\"y\",\"v\":2}]}" },
	{ "/l/0/w/1",
	  "{\"a\":{\"b\":1,\"c~/"
	  "d\":2},\"l\":[{\"name\":\"x\",\"v\":1,\"w\":[3]},{\"name\":\"y\",\"v\":2}]}" },
	{ "/l/7", tree },
	{ "/l/x", tree },
	{ "/l/-", tree },
	{ "/none/x", tree },
};

START_TEST(cuts)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct node *root = json_read(&arena, tree, strlen(tree), NULL, &err);
	const struct jq *path = NULL;
	bool known = true;
	struct buf out;

	if (cases[_i].path[0] == '/')
		argo_cut_pointer(&arena, root, cases[_i].path);
	else if ((known = (path = jq_read(&arena, cases[_i].path, NULL)) != NULL))
		jq_delete(path, root);
	ck_assert_int_eq(known, cases[_i].left != NULL);
	buf_init(&out, 0);
	json_write(&out, root, 0);
	ck_assert_str_eq(out.text, known ? cases[_i].left : tree);
	buf_release(&out);
	arena_release(&arena);
}
END_TEST

SUITE(argo_paths)
{
	Suite *s = suite_create("argo_paths");
	TCase *tc = tcase_create("cut");

	tcase_add_loop_test(tc, cuts, 0, ARRAY_SIZE(cases));
	suite_add_tcase(s, tc);
	return s;
}
