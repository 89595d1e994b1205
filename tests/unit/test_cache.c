#include "tests/unit/unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/files.h"
#include "base/json.h"
#include "render/apps.h"
#include "render/cache.h"
#include "render/pack.h"
#include "render/yaml/yaml.h"

static struct run run;
static char folder[] = "/tmp/gitops-cache-XXXXXX";

static void setup(void)
{
	run_init(&run);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("XDG_CACHE_HOME", folder, 1);
}

static void teardown(void)
{
	ck_assert_int_eq(
		system(arena_printf(&run.arena, "chmod -R u+w %s; rm -rf %s", folder, folder)), 0);
	run_release(&run);
}

static const char manifest[] =
	"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
	"  labels: &l {x: 'y'}\ndata:\n  é: \"1\"\n  n: 0x10\n  e:\n  list: [1, 2.5, ~, *l]\n";

static struct view *make_view(const char *text)
{
	struct view *v = view_new_memory(&run, NULL);

	view_memory_add(v, "app/a.yaml", text, strlen(text));
	view_memory_add(v, "other", "x", 1);
	return v;
}

static struct app app = { .path = "app", .renderer = "plain" };

static void render(struct view *v, struct rendered *out, struct read_set *asked)
{
	struct render_options options = { .seed = "s" };
	struct err err = ERR_INIT;
	static const char *files[] = { "app/a.yaml" };

	app.files.items = files;
	app.files.count = 1;
	*out = (struct rendered){ 0 };
	read_set_init(asked, &run.arena);
	ck_assert_msg(!app_render(&run, &run.arena, view_recording(v, &run.arena, asked), &app,
				  &options, out, &err),
		      "%s", err.msg);
	ck_assert_uint_eq(out->objects.count, 1);
}

/* The trees, and what each node's origin and its whole chain say, as one text. */
static void describe(struct buf *b, const struct node *n)
{
	struct origin_pos pos;
	enum origin_via via;
	origin_id id = n->origin;

	buf_printf(b, "%d/%d/%d/%d ", n->type, n->style, n->tagged, n->empty);
	do {
		origins_resolve(run.origins, id, &pos);
		id = origins_parent(run.origins, id, &via);
		buf_printf(b, "%s:%s:%u:%u %s;", pos.source ? pos.source : "-",
			   pos.file ? pos.file : "?", pos.line, pos.column, origin_via_name(via));
	} while (id);
	if (n->type == NODE_SEQ)
		for (uint32_t i = 0; i < n->len; i++)
			describe(b, n->items[i]);
	else if (n->type == NODE_MAP)
		for (uint32_t i = 0; i < n->len; i++) {
			describe(b, n->entries[i].key);
			describe(b, n->entries[i].value);
		}
	else
		buf_printf(b, "'%s'\n", n->text ? n->text : "");
}

static const char *describe_all(const struct rendered *r)
{
	struct buf b;
	const char *out;

	buf_init(&b, 0);
	buf_printf(&b, "%s\n", r->renderer);
	for (size_t i = 0; i < r->notes.count; i++)
		buf_printf(&b, "note %s\n", r->notes.items[i].text);
	for (size_t i = 0; i < r->objects.count; i++) {
		const struct object *o = &r->objects.items[i];

		buf_printf(&b, "%s %s/%s/%s %s %d%d\n", o->file, o->api_version, o->kind, o->name,
			   o->ns, o->hook, o->random);
		describe(&b, o->root);
	}
	out = buf_dup(&b, &run.arena);
	buf_release(&b);
	return out;
}

/* A render with all that freeze has to keep: chains of origins, a source, notes, flags. */
static void make_rich(struct view *v, struct rendered *r, struct read_set *asked)
{
	static const struct origin_file file = { "chart x@1", "templates/a b.yaml" };
	static const struct origin_kept places[] = { { 1, 3, 4, VIA_NONE, 0 },
						     { 1, 5, 6, VIA_NONE, 0 } };
	origin_id chart = origins_add_kept(run.origins, &file, 1, places, 2);
	struct node *root;

	render(v, r, asked);
	root = node_copy(&run.arena, r->objects.items[0].root);
	root->origin =
		origins_derive(run.origins, chart, VIA_TEMPLATE,
			       origins_derive(run.origins, chart + 1, VIA_PATCH, root->origin));
	node_get(root, "data")->origin = 0;
	r->objects.items[0].root = root;
	r->objects.items[0].hook = true;
	*vec_push(&run.arena, &r->notes) = (struct note){ "a note", chart };
}

START_TEST(thaws_what_it_froze)
{
	struct view *v = make_view(manifest);
	struct rendered r, back;
	struct read_set asked;
	struct buf b;

	make_rich(v, &r, &asked);
	buf_init(&b, 0);
	ck_assert(freeze(&run, &r, &b));
	ck_assert(thaw(&run, &run.arena, b.text, b.len, &back, NULL));
	ck_assert_str_eq(describe_all(&back), describe_all(&r));
	ck_assert_ptr_nonnull(
		strstr(describe_all(&back), "chart x@1:templates/a b.yaml:3:4 template;"));
	ck_assert(node_equal(back.objects.items[0].root, r.objects.items[0].root));
	buf_release(&b);
	view_free(v);
}
END_TEST

/* The digest stands before this; nothing may happen where it does not. */
START_TEST(thaws_no_rubbish)
{
	struct view *v = make_view(manifest);
	struct rendered r, back;
	struct read_set asked;
	struct buf b;

	make_rich(v, &r, &asked);
	buf_init(&b, 0);
	ck_assert(freeze(&run, &r, &b));
	for (size_t len = 0; len < b.len; len++)
		ck_assert(!thaw(&run, &run.arena, b.text, len, &back, NULL));
	for (size_t i = 0; i < b.len; i++)
		for (int bit = 0; bit < 8; bit += 3) {
			b.text[i] ^= (char)(1 << bit);
			thaw(&run, &run.arena, b.text, b.len, &back, NULL);
			b.text[i] ^= (char)(1 << bit);
		}
	buf_release(&b);
	view_free(v);
}
END_TEST

static const char *key(void)
{
	struct render_options options = { .seed = "s" };

	return cache_key(&run, &run.arena, &app, &options);
}

/* As the next run does. */
static bool load(const char *repository, struct view *v, const char *k, struct rendered *out,
		 struct read_set *asked)
{
	struct cache *c = cache_open(&run, &run.arena, repository);
	bool found = cache_load(c, &run.arena, v, k, out, asked);

	cache_close(c);
	return found;
}

static bool store(const char *repository, struct view *v, const char *k, struct rendered *r,
		  const struct read_set *asked)
{
	struct cache *c = cache_open(&run, &run.arena, repository);
	bool stored = cache_store(c, v, k, r, asked);

	cache_close(c);
	return stored;
}

START_TEST(keeps_a_render_for_the_next_run)
{
	struct view *v = make_view(manifest), *same = make_view(manifest);
	struct view *other = make_view("apiVersion: v1\nkind: Secret\nmetadata: {name: b}\n");
	struct rendered r, back;
	struct read_set asked, again;
	const char *k;

	render(v, &r, &asked);
	k = key();
	read_set_init(&again, &run.arena);
	ck_assert(!load("/repo", v, k, &back, &again));
	store("/repo", v, k, &r, &asked);
	ck_assert(load("/repo", same, k, &back, &again));
	ck_assert_str_eq(describe_all(&back), describe_all(&r));
	ck_assert_uint_gt(again.groups.count, 0);
	ck_assert(read_set_holds(&again, v));
	ck_assert(!read_set_holds(&again, other));
	ck_assert(!load("/repo", other, k, &back, &again));
	ck_assert(!load("/repo2", same, k, &back, &again));
	/* Both are kept beside each other. */
	render(other, &r, &asked);
	store("/repo", other, k, &r, &asked);
	ck_assert(load("/repo", other, k, &back, &again));
	ck_assert_str_eq(back.objects.items[0].kind, "Secret");
	ck_assert(load("/repo", same, k, &back, &again));
	ck_assert_str_eq(back.objects.items[0].kind, "ConfigMap");
	view_free(v);
	view_free(same);
	view_free(other);
}
END_TEST

static const struct {
	const char *spoil;
} spoiled[] = {
	{ "cd $XDG_CACHE_HOME/kubectl-gitops/apps; for f in *; do truncate -s -1 $f; done" },
	{ "cd $XDG_CACHE_HOME/kubectl-gitops/apps; for f in *; do printf x | dd of=$f bs=1 "
	  "seek=150 conv=notrunc; done" },
	{ "cd $XDG_CACHE_HOME/kubectl-gitops/apps; for f in *; do : >$f; done" },
	{ "rm -r $XDG_CACHE_HOME/kubectl-gitops/apps" },
};

START_TEST(heeds_no_spoiled_file)
{
	struct view *v = make_view(manifest);
	struct rendered r, back;
	struct read_set asked, again;

	render(v, &r, &asked);
	store("/repo", v, key(), &r, &asked);
	ck_assert_int_eq(
		system(arena_printf(&run.arena, "(set -e; %s) 2>/dev/null", spoiled[_i].spoil)), 0);
	read_set_init(&again, &run.arena);
	ck_assert(!load("/repo", v, key(), &back, &again));
	ck_assert_uint_eq(again.groups.count, 0);
	view_free(v);
}
END_TEST

START_TEST(does_without_a_cache)
{
	struct view *v = make_view(manifest);
	struct rendered r, back;
	struct read_set asked, again;

	setenv("XDG_CACHE_HOME", "/dev/null", 1);
	render(v, &r, &asked);
	store("/repo", v, key(), &r, &asked);
	read_set_init(&again, &run.arena);
	ck_assert(!load("/repo", v, key(), &back, &again));
	view_free(v);
}
END_TEST

START_TEST(keys_differ_by_all_that_counts)
{
	struct render_options options = { .seed = "s" }, other = options;
	struct app another = app;
	const char *first = cache_key(&run, &run.arena, &app, &options);

	ck_assert_str_eq(first, cache_key(&run, &run.arena, &app, &options));
	another.path = "b";
	ck_assert_str_ne(first, cache_key(&run, &run.arena, &another, &options));
	other.kubernetes_version = "v1.30.0";
	ck_assert_str_ne(first, cache_key(&run, &run.arena, &app, &other));
	other = options;
	other.ns = "x";
	ck_assert_str_ne(first, cache_key(&run, &run.arena, &app, &other));
	other = (struct render_options){ 0 }; /* real randomness is not to be repeated */
	ck_assert_ptr_null(cache_key(&run, &run.arena, &app, &other));
}
END_TEST

/* --- the pack ------------------------------------------------------------------------------ */

static const char *pack_file(void)
{
	return arena_printf(&run.arena, "%s/p", folder);
}

static void put(const char *key, const char *text, size_t len)
{
	struct pack *p = pack_open(&run.arena, pack_file());

	pack_put(p, key, text, len);
	pack_close(p);
}

static const char *got(const char *key)
{
	struct pack *p = pack_open(&run.arena, pack_file());
	size_t len = 0;
	const char *text = pack_get(p, key, &len);

	pack_close(p);
	ck_assert(!text || strlen(text) == len);
	return text;
}

START_TEST(packs_run_after_run)
{
	put("a", "1", 1);
	put("b", "22", 2);
	put("a", "333", 3);
	put("empty", "", 0);
	ck_assert_pstr_eq(got("a"), "333");
	ck_assert_pstr_eq(got("b"), "22");
	ck_assert_pstr_eq(got("empty"), "");
	ck_assert_pstr_eq(got("c"), NULL);
}
END_TEST

/* Each text by itself: what a cut or a changed byte does not touch still counts, or nothing does.
 */
START_TEST(packs_take_no_rubbish)
{
	struct buf whole, now;
	struct err err = ERR_INIT;
	const char *a, *b;

	put("a", "first", 5);
	put("b", "second", 6);
	buf_init(&whole, 0);
	ck_assert(!file_read(pack_file(), &whole, &err));
	for (size_t i = 0; i < 2 * whole.len; i++) {
		buf_init(&now, 0);
		buf_add(&now, whole.text, i < whole.len ? i : whole.len);
		if (i >= whole.len)
			now.text[i - whole.len] ^= 0x41;
		ck_assert(!file_write(pack_file(), now.text, now.len, &err));
		a = got("a");
		b = got("b");
		ck_assert(!a || !strcmp(a, "first"));
		ck_assert(!b || !strcmp(b, "second"));
		buf_release(&now);
	}
	put("c", "third", 5); /* and it mends itself */
	ck_assert_pstr_eq(got("c"), "third");
	buf_release(&whole);
}
END_TEST

/* What is replaced again and again, or asked for no more, does not grow the file for ever. */
START_TEST(packs_stay_small)
{
	size_t len = 1 << 20;
	char *large = arena_calloc(&run.arena, 1, len + 1);
	struct stat st;

	put("kept", "k", 1);
	for (int i = 0; i < 40; i++) {
		struct pack *p = pack_open(&run.arena, pack_file());
		size_t kept;

		memset(large, 'a' + i % 26, len);
		ck_assert_ptr_nonnull(pack_get(p, "kept", &kept));
		pack_put(p, "large", large, len);
		pack_close(p);
	}
	ck_assert(!stat(pack_file(), &st));
	ck_assert_int_lt(st.st_size, 16 << 20);
	ck_assert_pstr_eq(got("kept"), "k");
	ck_assert_int_eq(*got("large"), 'a' + 39 % 26);
}
END_TEST

SUITE(cache)
{
	Suite *s = suite_create("cache");
	TCase *tc = tcase_create("cache");

	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, thaws_what_it_froze);
	tcase_add_test(tc, thaws_no_rubbish);
	tcase_add_test(tc, keeps_a_render_for_the_next_run);
	tcase_add_loop_test(tc, heeds_no_spoiled_file, 0, ARRAY_SIZE(spoiled));
	tcase_add_test(tc, does_without_a_cache);
	tcase_add_test(tc, keys_differ_by_all_that_counts);
	tcase_add_test(tc, packs_run_after_run);
	tcase_add_test(tc, packs_take_no_rubbish);
	tcase_add_test(tc, packs_stay_small);
	return s;
}
