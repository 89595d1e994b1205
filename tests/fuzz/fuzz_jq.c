/*
 * fuzz_jq: any text as an expression of jq's: it is read, and its places are found in an object and
 * taken out of a copy.
 */
#include <stdint.h>
#include <string.h>
#include "base/jq.h"
#include "base/json.h"
#include "base/run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char object[] =
	"{\"metadata\":{\"labels\":{\"app\":\"web\"},\"finalizers\":[\"a\",\"b\"]},\"count\":3,"
	"\"list\":[{\"name\":\"x\",\"n\":1.5},{\"name\":\"y\",\"deep\":[[null,true],{}]}],\"t\":"
	"\"é\"}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jq_paths places = { 0 };
	struct err err = ERR_INIT;
	const struct node *tree;
	const struct jq *q;
	struct arena arena;
	struct run run;

	if (size > 2048)
		return 0;
	run_init(&run);
	arena_init(&arena, &run.budget);
	q = jq_read(&arena, arena_memdup(&arena, (const char *)data, size), &err);
	tree = json_read(&arena, object, sizeof(object) - 1, NULL, &err);
	if (q && tree) {
		jq_find(&arena, q, tree, &places);
		jq_delete(q, node_copy(&arena, tree));
	}
	arena_release(&arena);
	run_release(&run);
	return 0;
}
