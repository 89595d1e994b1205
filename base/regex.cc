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

/* Go writes a named group (?<name>...) too; RE2 of this age knows only (?P<name>...). */
std::string with_named_groups(const std::string &from)
{
	std::string out;
	bool in_class = false;

	for (size_t i = 0; i < from.size(); i++) {
		out += from[i];
		if (from[i] == '\\' && i + 1 < from.size()) {
			size_t stop = from[i + 1] == 'Q' ? from.find("\\E", i + 2) : i + 2;

			stop = stop == std::string::npos ? from.size() : stop;
			out.append(from, i + 1, stop - i - 1);
			i = stop - 1;
		} else if (in_class) {
			in_class = from[i] != ']';
		} else if (from[i] == '[') {
			in_class = true;
			if (i + 1 < from.size() && from[i + 1] == '^')
				out += from[++i];
			if (i + 1 < from.size() && from[i + 1] == ']')
				out += from[++i];
		} else if (!from.compare(i, 3, "(?<")) {
			out += "?P";
			i++;
		}
	}
	return out;
}

/* RE2 takes \C for any byte, Go does not know it. */
bool has_any_byte(const std::string &pattern)
{
	for (size_t i = 0; i + 1 < pattern.size(); i++) {
		if (pattern[i] != '\\')
			continue;
		if (pattern[i + 1] == 'C')
			return true;
		i = pattern[i + 1] == 'Q' ? pattern.find("\\E", i + 2) : i + 1;
		if (i == std::string::npos)
			break;
	}
	return false;
}

const struct regex *compile(const std::string &pattern)
{
	RE2::Options options;

	options.set_log_errors(false);
	options.set_max_mem(LIMIT_REGEX_BYTES);
	return new regex(with_named_groups(pattern), options);
}

/* What Go's regexp says for an error of RE2. */
std::string go_error(const std::string &pattern, const RE2 &re)
{
	static const struct {
		RE2::ErrorCode code;
		const char *text;
	} texts[] = {
		{ RE2::ErrorBadEscape, "invalid escape sequence" },
		{ RE2::ErrorBadCharClass, "invalid character class" },
		{ RE2::ErrorBadCharRange, "invalid character class range" },
		{ RE2::ErrorMissingBracket, "missing closing ]" },
		{ RE2::ErrorMissingParen, "missing closing )" },
		{ RE2::ErrorUnexpectedParen, "unexpected )" },
		{ RE2::ErrorTrailingBackslash, "trailing backslash at end of expression" },
		{ RE2::ErrorRepeatArgument, "missing argument to repetition operator" },
		{ RE2::ErrorRepeatSize, "invalid repeat count" },
		{ RE2::ErrorRepeatOp, "invalid nested repetition operator" },
		{ RE2::ErrorBadPerlOp, "invalid or unsupported Perl syntax" },
		{ RE2::ErrorBadUTF8, "invalid UTF-8" },
		{ RE2::ErrorBadNamedCapture, "invalid named capture" },
	};
	std::string what;

	if (re.error_code() == RE2::ErrorPatternTooLarge)
		return "expression too large";
	for (const auto &t : texts)
		if (t.code == re.error_code())
			what = t.text;
	/* Go names the whole pattern where a parenthesis has no partner. */
	if (re.error_code() == RE2::ErrorMissingParen ||
	    re.error_code() == RE2::ErrorUnexpectedParen)
		return what + ": `" + pattern + "`";
	if (re.error_code() == RE2::ErrorTrailingBackslash)
		return what + ": ``";
	std::string arg(re.error_arg());

	if (pattern.find("(?P<") == std::string::npos && !arg.compare(0, 4, "(?P<"))
		arg.erase(2, 1);
	return what + ": `" + arg + "`";
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
	bool any_byte = found->re.ok() && has_any_byte(key);

	if (found->re.ok() && !any_byte)
		return found;
	if (err)
		err_raise(err, ERR_INPUT, NO_POS, "error parsing regexp: %s",
			  any_byte ? "invalid escape sequence: `\\C`"
				   : go_error(key, found->re).c_str());
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
