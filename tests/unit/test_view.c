#include "tests/unit/unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/sha256.h"
#include "render/cache.h"

static struct run run;
static char folder[] = "/tmp/gitops-view-XXXXXX";

static void setup(void)
{
	run_init(&run);
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void teardown(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	ck_assert_int_eq(system(command), 0);
	run_release(&run);
}

static const char *in_folder(const char *path)
{
	return arena_printf(&run.arena, "%s/%s", folder, path);
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(in_folder(path), "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static const struct {
	const char *dir, *path, *joined;
} joins[] = {
	{ "", "a", "a" },
	{ "a/b", "../c", "a/c" },
	{ "a", "./b//c/", "a/b/c" },
	{ "a", "..", "" },
	{ "", "..", NULL },
	{ "a", "../../b", NULL },
	{ "a", "/etc", NULL },
	{ "", "...", "..." },
	{ "a", "", "a" },
	{ "é b", "../x/../é b", "é b" },
};

START_TEST(joins_paths)
{
	char *out = view_join(&run.arena, joins[_i].dir, joins[_i].path);

	ck_assert_pstr_eq(out, joins[_i].joined);
}
END_TEST

static const struct {
	const char *text, *hex;
} digests[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

START_TEST(digests_of_the_standard)
{
	char hex[65];
	struct sha256 s;

	ck_assert_str_eq(sha256_hex(digests[_i].text, strlen(digests[_i].text), hex),
			 digests[_i].hex);
	sha256_init(&s);
	for (const char *p = digests[_i].text; *p; p++)
		sha256_add(&s, p, 1);
	ck_assert_str_eq(sha256_end_hex(&s, hex), digests[_i].hex);
}
END_TEST

START_TEST(digest_of_a_million)
{
	char part[1000], hex[65];
	struct sha256 s;

	memset(part, 'a', sizeof(part));
	sha256_init(&s);
	for (int i = 0; i < 1000; i++)
		sha256_add(&s, part, sizeof(part));
	ck_assert_str_eq(sha256_end_hex(&s, hex),
			 "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

static void lay_out(void)
{
	mkdir(in_folder("dir"), 0755);
	mkdir(in_folder("dir/sub"), 0755);
	mkdir(in_folder(".git"), 0755);
	put(".git/config", "secret");
	put("dir/a.yaml", "a: 1\n");
	put("dir/sub/b.yaml", "b: 2\n");
	ck_assert_int_eq(symlink("dir/sub", in_folder("link")), 0);
	ck_assert_int_eq(symlink("../a.yaml", in_folder("dir/sub/up.yaml")), 0);
	ck_assert_int_eq(symlink(in_folder("dir/a.yaml"), in_folder("absolute")), 0);
	ck_assert_int_eq(symlink("/etc/passwd", in_folder("out")), 0);
	ck_assert_int_eq(symlink("../../../../../../etc/passwd", in_folder("dir/climbs")), 0);
	ck_assert_int_eq(symlink("loop2", in_folder("loop1")), 0);
	ck_assert_int_eq(symlink("loop1", in_folder("loop2")), 0);
	ck_assert_int_eq(symlink("nowhere", in_folder("dangling")), 0);
	ck_assert_int_eq(symlink(".git/config", in_folder("sneaky")), 0);
	ck_assert_int_eq(mkfifo(in_folder("fifo"), 0600), 0);
}

static const struct {
	const char *path, *text, *real, *error; /* $ is the folder */
} reads[] = {
	{ "dir/a.yaml", "a: 1\n", "dir/a.yaml", NULL },
	{ "./dir/../dir//a.yaml", "a: 1\n", "dir/a.yaml", NULL },
	{ "link/b.yaml", "b: 2\n", "dir/sub/b.yaml", NULL },
	{ "link/up.yaml", "a: 1\n", "dir/a.yaml", NULL },
	{ "absolute", "a: 1\n", "dir/a.yaml", NULL },
	{ "dir", NULL, "dir", "'dir' is a directory" },
	{ "none", NULL, NULL, "'none' is not in folder '$'" },
	{ "dir/a.yaml/x", NULL, NULL, "'dir/a.yaml/x' is not in folder '$'" },
	{ "out", NULL, NULL,
	  "out: this symbolic link leads to '/etc/passwd', outside of folder '$'" },
	{ "dir/climbs", NULL, NULL,
	  "dir/climbs: this symbolic link leads to '../../../../../../etc/passwd', outside of "
	  "folder "
	  "'$'" },
	{ "loop1", NULL, NULL, "loop1: more than 16 symbolic links one after the other" },
	{ "dangling", NULL, NULL,
	  "'dangling' is a symbolic link to 'nowhere', and nothing is there in folder '$'" },
	{ "../x", NULL, NULL, "'../x' is outside of folder '$'" },
	{ ".git/config", NULL, NULL, "'.git/config' is not in folder '$'" },
	{ "sneaky", NULL, NULL,
	  "'sneaky' is a symbolic link to '.git/config', and nothing is there in folder '$'" },
	{ "fifo", NULL, NULL, "'fifo' is not in folder '$'" },
};

/* `text` with the folder for each $. */
static const char *expand(const char *text)
{
	struct buf b;
	const char *out;

	buf_init(&b, 0);
	for (; *text; text++)
		if (*text == '$')
			buf_str(&b, folder);
		else
			buf_char(&b, *text);
	out = buf_dup(&b, &run.arena);
	buf_release(&b);
	return out;
}

START_TEST(reads_a_folder)
{
	struct err err = ERR_INIT;
	char message[ERR_TEXT + ERR_FILE + 32];
	struct blob blob;
	struct view *v;
	int rc;

	lay_out();
	v = view_open_folder(&run, folder, &err);
	ck_assert_ptr_nonnull(v);
	rc = view_read(v, reads[_i].path, &blob, &err);
	ck_assert_int_eq(rc, reads[_i].error ? -1 : 0);
	if (reads[_i].error)
		ck_assert_str_eq(err_format(&err, message, sizeof(message)),
				 expand(reads[_i].error));
	else
		ck_assert_str_eq(blob.text, reads[_i].text);
	ck_assert_pstr_eq(view_real_path(v, reads[_i].path), reads[_i].real);
	view_free(v);
}
END_TEST

START_TEST(lists_a_folder)
{
	struct err err = ERR_INIT;
	struct view_items items;
	struct view *v;
	struct buf b;

	lay_out();
	v = view_open_folder(&run, folder, &err);
	ck_assert_int_eq(view_list(v, &run.arena, "", &items, &err), 0);
	buf_init(&b, 0);
	for (size_t i = 0; i < items.count; i++)
		buf_printf(&b, "%s=%d ", items.items[i].name, items.items[i].kind);
	ck_assert_str_eq(b.text,
			 "absolute=1 dangling=0 dir=2 link=2 loop1=0 loop2=0 out=0 sneaky=0 ");
	ck_assert_int_eq(view_list(v, &run.arena, "dir/a.yaml", &items, &err), -1);
	ck_assert_str_eq(err.msg, "'dir/a.yaml' is no directory");
	buf_release(&b);
	view_free(v);
}
END_TEST

START_TEST(same_file_same_origin)
{
	struct err err = ERR_INIT;
	struct blob one, two;
	struct view *v;

	lay_out();
	v = view_open_folder(&run, folder, &err);
	ck_assert_int_eq(view_read(v, "dir/sub/b.yaml", &one, &err), 0);
	ck_assert_int_eq(view_read(v, "link/b.yaml", &two, &err), 0);
	ck_assert_uint_ne(one.origin, 0);
	ck_assert_uint_eq(one.origin, two.origin);
	ck_assert_str_eq(two.path, "link/b.yaml");
	view_free(v);
}
END_TEST

static struct view *memory(const char *const *files)
{
	struct view *v = view_new_memory(&run, NULL);

	for (; *files; files += 2)
		view_memory_add(v, files[0], files[1], strlen(files[1]));
	return v;
}

START_TEST(reads_memory)
{
	static const char *const files[] = { "c/Chart.yaml", "name: x", "c/t/a", "1",
					     "c.txt",	     "2",	NULL };
	struct view *v = memory(files);
	struct err err = ERR_INIT;
	struct view_items items;
	struct blob blob;

	ck_assert_int_eq(view_read(v, "c/t/a", &blob, &err), 0);
	ck_assert_str_eq(blob.text, "1");
	ck_assert_int_eq(view_kind(v, "c/t"), VIEW_DIR);
	ck_assert_int_eq(view_kind(v, "c/x"), VIEW_ABSENT);
	ck_assert_int_eq(view_list(v, &run.arena, "", &items, &err), 0);
	ck_assert_uint_eq(items.count, 2);
	ck_assert_str_eq(items.items[0].name, "c");
	ck_assert_str_eq(items.items[1].name, "c.txt");
	ck_assert_int_eq(view_list(v, &run.arena, "c", &items, &err), 0);
	ck_assert_uint_eq(items.count, 2);
	view_free(v);
}
END_TEST

/* What another view holds, and whether a render that asked `files` below would be the same. */
static const struct {
	const char *files[9];
	bool same;
} others[] = {
	{ { "d/a", "1", "d/b", "2", "e", "3" }, true },
	{ { "d/a", "1", "d/b", "changed but not read", "e", "3" }, true },
	{ { "d/a", "changed", "d/b", "2", "e", "3" }, false },
	{ { "d/a", "1", "d/b", "2", "d/c", "new", "e", "3" }, false },
	{ { "d/a", "1", "d/b/x", "now a directory", "e", "3" }, false },
	{ { "d/a", "1", "d/b", "2", "f", "was absent", "e", "3" }, false },
	{ { "d/a", "1", "d/b", "2", "e/x", "e is a directory" }, false },
	{ { "d/a", "1", "d/b", "2", "e", "3", "g", "not asked for" }, true },
};

START_TEST(read_sets_hold)
{
	struct view *v = memory(others[0].files), *other = memory(others[_i].files);
	struct err err = ERR_INIT;
	struct view_items items;
	struct read_set set;
	struct view *recording;
	struct blob blob;

	read_set_init(&set, &run.arena);
	recording = view_recording(v, &run.arena, &set);
	ck_assert_int_eq(view_read(recording, "d/a", &blob, &err), 0);
	ck_assert_int_eq(view_read(recording, "d/a", &blob, &err), 0);
	ck_assert_int_eq(view_read(recording, "f", &blob, &err), -1);
	ck_assert_int_eq(view_kind(recording, "e"), VIEW_FILE);
	ck_assert_int_eq(view_list(recording, &run.arena, "d", &items, &err), 0);
	ck_assert_uint_eq(set.count, 4);
	ck_assert(read_set_holds(&set, v));
	ck_assert_int_eq(read_set_holds(&set, other), others[_i].same);
	view_free(other);
	view_free(v);
}
END_TEST

SUITE(view)
{
	Suite *s = suite_create("view");
	TCase *tc = tcase_create("view");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, joins_paths, 0, ARRAY_SIZE(joins));
	tcase_add_loop_test(tc, digests_of_the_standard, 0, ARRAY_SIZE(digests));
	tcase_add_test(tc, digest_of_a_million);
	tcase_add_loop_test(tc, reads_a_folder, 0, ARRAY_SIZE(reads));
	tcase_add_test(tc, lists_a_folder);
	tcase_add_test(tc, same_file_same_origin);
	tcase_add_test(tc, reads_memory);
	tcase_add_loop_test(tc, read_sets_hold, 0, ARRAY_SIZE(others));
	return s;
}
