extern "C" {
#include "base/err.h"
}
#include "base/regex.h"

#include <re2/re2.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/limits.h"

struct regex {
	RE2 re;
	regex(const std::string &pattern, const RE2::Options &options) : re(pattern, options)
	{
	}
};

namespace
{
struct cache {
	std::mutex lock;
	std::map<std::string, const struct regex *> known;
};

/* Never destroyed: threads may still match while the process ends. */
cache &all()
{
	static cache *c = new cache;
	return *c;
}

const struct regex *compile(const std::string &pattern)
{
	RE2::Options options;

	options.set_log_errors(false);
	options.set_max_mem(LIMIT_REGEX_BYTES);
	return new regex(pattern, options);
}
} // namespace

const struct regex *regex_get(const char *pattern, size_t len, struct err *err)
{
	std::string key(pattern, len);
	const struct regex *found;
	{
		std::lock_guard<std::mutex> hold(all().lock);
		const struct regex *&slot = all().known[key];

		if (!slot)
			slot = compile(key);
		found = slot;
	}
	if (found->re.ok())
		return found;
	if (err)
		err_raise(err, ERR_INPUT, NO_POS, "error parsing regexp: %s: `%s`",
			  found->re.error().substr(0, found->re.error().find(": ")).c_str(),
			  found->re.error_arg().c_str());
	return NULL;
}

bool regex_match(const struct regex *re, const char *text, size_t len)
{
	return re->re.Match(re2::StringPiece(text, len), 0, len, RE2::UNANCHORED, NULL, 0);
}

bool regex_find(const struct regex *re, const char *text, size_t len, size_t from,
		struct regex_span *spans, size_t count)
{
	std::vector<re2::StringPiece> found(count);

	if (from > len || !re->re.Match(re2::StringPiece(text, len), from, len, RE2::UNANCHORED,
					found.data(), (int)count))
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *at = found[i].data();

		spans[i].start = at ? (long)(at - text) : -1;
		spans[i].end = at ? (long)(at - text + (long)found[i].size()) : -1;
	}
	return true;
}

size_t regex_groups(const struct regex *re)
{
	return (size_t)re->re.NumberOfCapturingGroups();
}

int regex_group_named(const struct regex *re, const char *name, size_t len)
{
	const std::map<std::string, int> &groups = re->re.NamedCapturingGroups();
	std::map<std::string, int>::const_iterator at = groups.find(std::string(name, len));

	return at == groups.end() ? -1 : at->second;
}
