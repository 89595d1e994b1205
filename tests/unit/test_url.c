#include "tests/unit/unit.h"

#include "base/url.h"

static const struct {
	const char *one, *two;
	int same;
} repositories[] = {
	{ "https://github.com/a/b.git", "https://github.com/a/b", 1 },
	{ "git@github.com:a/b.git", "https://github.com/a/b/", 1 },
	{ "ssh://git@github.com:22/a/b", "git@github.com:A/B.git", 1 },
	{ "https://user:token@git.example.com:443/x/y.git", "https://git.example.com/x/y", 1 },
	{ "https://git.example.com:8443/x/y", "https://git.example.com/x/y", 0 },
	{ "https://github.com/a/b", "https://github.com/a/bc", 0 },
	{ "https://github.com/a/b", "https://gitlab.com/a/b", 0 },
	{ "", "", 0 },
	{ "https://github.com", "https://github.com/", 0 },
	{ "/srv/git/a.git", "/srv/git/a", 1 },
	{ "file:///srv/git/a.git", "/srv/git/a", 1 },
};

START_TEST(compares_repositories)
{
	ck_assert_msg(url_same_repository(repositories[_i].one, repositories[_i].two) ==
			      repositories[_i].same,
		      "'%s' and '%s'", repositories[_i].one, repositories[_i].two);
}
END_TEST

SUITE(url)
{
	Suite *s = suite_create("url");
	TCase *tc = tcase_create("url");

	tcase_add_loop_test(tc, compares_repositories, 0, ARRAY_SIZE(repositories));
	suite_add_tcase(s, tc);
	return s;
}
