/* What the commands of a .flux.yaml do, without a shell: a few programs, in sequences. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "render/engines/flux1_internal.h"
#include "render/helm/helm.h"
#include "render/kustomize/kustomize.h"

enum { SHELLS = 4 }; /* sh -c in sh -c */

struct words {
	VEC(const char *);
};

/* One program with its arguments. */
struct simple {
	struct words words;
	const char *to;	    /* the file that its output goes to; NULL: it is what is generated */
	const char *refuse; /* what of a shell it asks for that is not understood; NULL */
	bool piped;	    /* its output goes to the next program */
	bool appends;	    /* to what the file holds */
};
struct script {
	VEC(struct simple);
};

/* ---- reading ---- */

struct lexer {
	struct arena *arena;
	const char *at;
	struct script *out;
	struct simple one;
	struct buf word;
	bool any;				     /* a word has begun */
	enum { TO_WORDS, TO_FILE, TO_NOWHERE } next; /* where the word goes that is being read */
};

static void end_word(struct lexer *x)
{
	const char *word;

	if (!x->any)
		return;
	word = buf_dup(&x->word, x->arena);
	if (x->next == TO_FILE)
		x->one.to = word;
	else if (x->next == TO_WORDS)
		*vec_push(x->arena, &x->one.words) = word;
	x->next = TO_WORDS;
	x->any = false;
	buf_cut(&x->word, 0);
}

static void end_command(struct lexer *x, bool piped)
{
	end_word(x);
	x->one.piped = piped;
	if (x->one.words.count || x->one.refuse || piped)
		*vec_push(x->arena, x->out) = x->one;
	x->one = (struct simple){ .piped = false };
}

static void not_understood(struct lexer *x, const char *what)
{
	if (!x->one.refuse)
		x->one.refuse = what;
	x->at++;
}

static void read_quoted(struct lexer *x)
{
	const char *end = strchr(x->at + 1, *x->at);

	if (!end) {
		not_understood(x, "a quote that is not closed");
		return;
	}
	if (*x->at == '"' && memchr(x->at, '$', (size_t)(end - x->at)) && !x->one.refuse)
		x->one.refuse = "variables";
	if (*x->at == '"' && memchr(x->at, '`', (size_t)(end - x->at)) && !x->one.refuse)
		x->one.refuse = "the output of a command";
	buf_add(&x->word, x->at + 1, (size_t)(end - x->at) - 1);
	x->any = true;
	x->at = end + 1;
}

/* >FILE, >>FILE, 2>FILE and 2>&1. */
static void read_redirection(struct lexer *x)
{
	bool errors = x->word.len == 1 && *x->word.text == '2';

	if (errors || (x->word.len == 1 && *x->word.text == '1')) {
		buf_cut(&x->word, 0);
		x->any = false;
	}
	end_word(x);
	x->one.appends |= x->at[1] == '>' && !errors;
	x->at += 1 + (x->at[1] == '>');
	x->next = errors ? TO_NOWHERE : TO_FILE;
	if (*x->at == '&' && (x->at[1] == '1' || x->at[1] == '2')) {
		x->next = TO_WORDS;
		x->at += 2;
	}
}

static void read_operator(struct lexer *x)
{
	if (x->at[0] == '&' && x->at[1] == '&') {
		end_command(x, false);
		x->at += 2;
	} else if (*x->at == ';' || *x->at == '\n') {
		end_command(x, false);
		x->at++;
	} else if (*x->at == '|' && x->at[1] != '|') {
		end_command(x, true);
		x->at++;
	} else if (*x->at == '>') {
		read_redirection(x);
	} else if (*x->at == '$') {
		not_understood(x, x->at[1] == '(' ? "the output of a command" : "variables");
	} else if (*x->at == '<') {
		not_understood(x, "<");
	} else if (*x->at == '`') {
		not_understood(x, "the output of a command");
	} else {
		not_understood(x, *x->at == '|'	  ? "||"
				  : *x->at == '&' ? "&"
						  : "groups, braces and escapes");
	}
}

static void read_script(struct arena *a, const char *text, struct script *out)
{
	struct lexer x = { .arena = a, .at = text, .out = out };

	buf_init(&x.word, 0);
	while (*x.at) {
		if (*x.at == '\'' || *x.at == '"') {
			read_quoted(&x);
		} else if (x.at[0] == '\\' && x.at[1] == '\n') {
			x.at += 2;
		} else if (strchr(" \t\r", *x.at)) {
			end_word(&x);
			x.at++;
		} else if (*x.at == '#' && !x.any) {
			x.at += strcspn(x.at, "\n");
		} else if (strchr("|&;<>$`()\\{}\n", *x.at)) {
			read_operator(&x);
		} else {
			buf_char(&x.word, *x.at++);
			x.any = true;
		}
	}
	end_command(&x, false);
	buf_release(&x.word);
}

/* ---- the programs ---- */

static int refuse_command(struct flux1 *f, const struct node *command, const char *why,
			  struct err *err)
{
	return err_raise(err, ERR_UNSUPPORTED, flux1_pos(f, command),
			 "Flux v1 would run '%.200s' here, and nothing from a repository is run: "
			 "%s; 'kustomize build DIR', 'kubectl kustomize DIR', 'cat FILE…' and "
			 "'helm template NAME CHART' are understood, and their sequences (&&)",
			 command->text, why);
}

static const char *in_cwd(struct flux1 *f, const char *path)
{
	return *path == '/' ? NULL : view_join(f->arena, f->cwd, path);
}

static int cat_file(struct flux1 *f, const char *path, struct err *err)
{
	struct rendered one = { 0 };
	int rc = render_path(f->run, f->arena, f->view, path, f->options, &one, err);

	return flux1_take(f, &one, rc);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A word with wildcards in its last name, as a shell expands it: what was written is there too. */
static int cat_matches(struct flux1 *f, const struct node *command, const char *pattern,
		       struct err *err)
{
	const char *dir = view_dirname(f->arena, pattern), *name = strrchr(pattern, '/');
	struct view_items items = { 0 };
	struct words paths = { 0 };
	size_t i;

	name = name ? name + 1 : pattern;
	if (view_list(f->view, f->arena, dir, &items, err) < 0)
		return -1;
	for (i = 0; i < items.count; i++)
		if (items.items[i].kind == VIEW_FILE &&
		    !fnmatch(name, items.items[i].name, FNM_PERIOD))
			*vec_push(f->arena, &paths) = view_join(f->arena, dir, items.items[i].name);
	for (i = 0; i < f->written.count; i++)
		if (!fnmatch(pattern, f->written.items[i], FNM_PERIOD | FNM_PATHNAME))
			*vec_push(f->arena, &paths) = f->written.items[i];
	if (!paths.count)
		return err_raise(err, ERR_NOT_FOUND, flux1_pos(f, command),
				 "nothing matches '%s' in %s", pattern, view_name(f->view));
	qsort(paths.items, paths.count, sizeof(*paths.items), by_text);
	for (i = 0; i < paths.count; i++)
		if ((!i || strcmp(paths.items[i - 1], paths.items[i]) != 0) &&
		    cat_file(f, paths.items[i], err) < 0)
			return -1;
	return 0;
}

static int cat(struct flux1 *f, const struct node *command, const struct words *words,
	       struct err *err)
{
	size_t i;

	for (i = 1; i < words->count; i++) {
		const char *path = in_cwd(f, words->items[i]);

		if (!strcmp(words->items[i], "--") || !strcmp(words->items[i], "-u"))
			continue;
		if (*words->items[i] == '-' || !path)
			return refuse_command(f, command, "cat has arguments that are not", err);
		if (strpbrk(path, "*?[")) {
			if (cat_matches(f, command, path, err) < 0)
				return -1;
			continue;
		}
		if (view_kind(f->view, path) != VIEW_FILE)
			return err_raise(err, ERR_NOT_FOUND, flux1_pos(f, command),
					 "no file '%s' in '%s' of %s", words->items[i],
					 *f->cwd ? f->cwd : ".", view_name(f->view));
		if (cat_file(f, path, err) < 0)
			return -1;
	}
	return 0;
}

/* What is printed is generated as a file with that text would be. */
static int echo(struct flux1 *f, const struct node *command, const struct words *words,
		struct err *err)
{
	static const char name[] = ".flux.echo.yaml";
	size_t i = 1 + (words->count > 1 && !strcmp(words->items[1], "-n"));
	const char *text = "", *path;

	for (; i < words->count; i++)
		text = arena_printf(f->arena, "%s%s%s", text, *text ? " " : "", words->items[i]);
	if (strspn(text, "- \n") == strlen(text)) /* between two documents */
		return 0;
	path = view_join(f->arena, f->cwd, name);
	*vec_push(f->arena, &f->overlays) = f->view = view_new_overlay(f->view);
	view_overlay_add(f->view, path, text, strlen(text), command->origin);
	return cat_file(f, path, err);
}

static int change_directory(struct flux1 *f, const struct node *command, const struct words *words,
			    struct err *err)
{
	const char *dir = words->count == 2 ? in_cwd(f, words->items[1]) : NULL;

	if (!dir || view_kind(f->view, dir) != VIEW_DIR)
		return refuse_command(f, command, "cd leads out of the repository, or nowhere",
				      err);
	f->cwd = dir;
	return 0;
}

static int nothing(struct flux1 *f, const struct node *command, const struct words *words,
		   struct err *err)
{
	(void)f, (void)command, (void)words, (void)err;
	return 0;
}

/* The value of a flag, after '=' or in the next word; NULL when there is none. */
static const char *flag_value(const struct words *words, size_t *i, const char *flag)
{
	size_t len = strlen(flag);
	const char *word = words->items[*i];

	if (!word || strncmp(word, flag, len) != 0)
		return NULL;
	if (word[len] == '=')
		return word + len + 1;
	return !word[len] && *i + 1 < words->count ? words->items[++*i] : NULL;
}

static int build(struct flux1 *f, const struct node *command, const struct words *words,
		 struct err *err)
{
	/* a plugin or function that is used is refused by the renderer itself */
	static const char *const ignored[] = { "--allow_id_changes",	 "--as-current-user",
					       "--enable-alpha-plugins", "--enable-exec",
					       "--enable-star",		 "--enable_alpha_plugins",
					       "--enable_kyaml",	 "--network",
					       "--stack-trace" };
	struct render_options how = *f->options;
	struct rendered one = { 0 };
	const char *dir = NULL, *value;
	size_t i, k;

	for (i = 2; i < words->count; i++) {
		const char *word = words->items[i];

		for (k = 0;
		     k < ARRAY_SIZE(ignored) && strncmp(word, ignored[k], strlen(ignored[k])) != 0;
		     k++)
			;
		if (k < ARRAY_SIZE(ignored))
			continue;
		if (!strcmp(word, "--enable-helm"))
			how.enable_helm = true;
		else if ((value = flag_value(words, &i, "--load-restrictor")) ||
			 (value = flag_value(words, &i, "--load_restrictor")))
			how.load_restrictor =
				strcasestr(value, "none") ? LOAD_NONE : LOAD_ROOT_ONLY;
		else if ((value = flag_value(words, &i, "--reorder")))
			how.reorder = value;
		else if (*word == '-' || dir)
			return refuse_command(f, command, "kustomize has arguments that are not",
					      err);
		else
			dir = word;
	}
	dir = in_cwd(f, dir ? dir : ".");
	if (!dir || view_kind(f->view, dir) != VIEW_DIR)
		return err_raise(err, ERR_NOT_FOUND, flux1_pos(f, command),
				 "'%.200s' builds a directory that is not in %s", command->text,
				 view_name(f->view));
	if (!kustfile_present(f->view, dir, &value))
		return err_raise(err, ERR_NOT_FOUND, flux1_pos(f, command),
				 "'%.200s' builds '%s', and there is no kustomization in it",
				 command->text, *dir ? dir : ".");
	buf_init(&one.text, 0);
	return flux1_take(
		f, &one,
		renderer_kustomize.render(f->run, f->arena, f->view, dir, &how, &one, err));
}

static int template(struct flux1 *f, const struct node *command, const struct words *words,
		    struct err *err)
{
	struct value_option *values = arena_array(f->arena, words->count, struct value_option);
	struct render_options how = { .kubernetes_version = f->options->kubernetes_version,
				      .seed = f->options->seed,
				      .values = values };
	struct rendered one = { 0 };
	const char *names[2] = { NULL, NULL }, *value;
	size_t i, count = 0;

	for (i = 2; i < words->count; i++) {
		const char *word = words->items[i];

		if ((value = flag_value(words, &i, "--values")) ||
		    (value = flag_value(words, &i, "-f")))
			values[how.value_count++] = (struct value_option){ .kind = VALUE_FILE,
									   .text = in_cwd(f, value),
									   .shown = value };
		else if ((value = flag_value(words, &i, "--set")))
			values[how.value_count++] =
				(struct value_option){ .kind = VALUE_SET, .text = value };
		else if ((value = flag_value(words, &i, "--namespace")) ||
			 (value = flag_value(words, &i, "-n")))
			how.ns = value;
		else if (!strcmp(word, "--include-crds"))
			how.include_crds = true;
		else if (*word == '-' || count == 2)
			return refuse_command(f, command, "helm has arguments that are not", err);
		else
			names[count++] = word;
	}
	how.release_name = count == 2 ? names[0] : NULL;
	value = count ? in_cwd(f, names[count - 1]) : NULL;
	if (!value || view_kind(f->view, view_join(f->arena, value, "Chart.yaml")) != VIEW_FILE)
		return refuse_command(f, command, "its chart is not in this repository", err);
	return flux1_take(f, &one, helm_render(f->run, f->arena, f->view, value, &how, &one, err));
}

static int shell(struct flux1 *f, const struct node *command, const struct words *words,
		 struct err *err);

static const struct program {
	const char *name, *verb; /* verb NULL: any */
	int (*run)(struct flux1 *f, const struct node *command, const struct words *words,
		   struct err *err);
} programs[] = {
	/* by name */
	{ ":", NULL, nothing },
	{ "bash", "-c", shell },
	{ "cat", NULL, cat },
	{ "cd", NULL, change_directory },
	{ "echo", NULL, echo },
	{ "helm", "template", template },
	{ "kubectl", "kustomize", build },
	{ "kustomize", "build", build },
	{ "set", NULL, nothing },
	{ "sh", "-c", shell },
	{ "true", NULL, nothing },
};

static const struct program *program_of(const struct simple *one)
{
	const struct words *w = &one->words;
	size_t i;

	for (i = 0; w->count && i < ARRAY_SIZE(programs); i++)
		if (!strcmp(programs[i].name, w->items[0]) &&
		    (!programs[i].verb || (w->count > 1 && !strcmp(programs[i].verb, w->items[1]))))
			return &programs[i];
	return NULL;
}

/* Why a program can't be stood in for; NULL: it can. */
static const char *why_not(struct flux1 *f, const struct simple *one, bool after_pipe)
{
	const struct words *w = &one->words;
	const struct program *p = program_of(one);
	bool verb =
		w->count > 1 && (!strcmp(w->items[0], "kustomize") ||
				 !strcmp(w->items[0], "kubectl") || !strcmp(w->items[0], "helm"));

	if (!w->count)
		return "a part of it names no program";
	if (!p || (after_pipe && p->run != cat))
		return arena_printf(f->arena, "'%s%s%s'%s is not understood", w->items[0],
				    verb ? " " : "", verb ? w->items[1] : "",
				    after_pipe && p ? " behind a pipe" : "");
	if (one->appends && one->to && strcmp(one->to, "/dev/null") != 0)
		return arena_printf(f->arena, ">> of a shell (for '%s') is not understood",
				    w->items[0]);
	if (one->refuse)
		return arena_printf(f->arena, "%s of a shell (for '%s') %s not understood",
				    one->refuse, w->items[0],
				    one->refuse[strlen(one->refuse) - 1] == 's' ? "are" : "is");
	return NULL;
}

/* What a program put out, from `first` on, goes to a file. */
static int put_aside(struct flux1 *f, const struct node *command, const char *to, size_t first,
		     struct err *err)
{
	const char *path = in_cwd(f, to);

	if (path) {
		*vec_push(f->arena, &f->overlays) = f->view = flux1_with_objects(f, path, first);
		*vec_push(f->arena, &f->written) = path;
	} else if (strcmp(to, "/dev/null") != 0) {
		return refuse_command(f, command, "it writes outside the repository", err);
	}
	f->out->objects.count = first;
	return 0;
}

static int run_script(struct flux1 *f, const struct node *command, const char *text,
		      struct err *err)
{
	struct script script = { 0 };
	size_t i, first;

	read_script(f->arena, text, &script);
	for (i = 0; i < script.count; i++) {
		const char *why = why_not(f, &script.items[i], i && script.items[i - 1].piped);

		if (why)
			return refuse_command(f, command, why, err);
	}
	for (i = 0; i < script.count; i++) {
		const struct simple *one = &script.items[i];
		bool copies = i && script.items[i - 1].piped && one->words.count == 1;

		first = f->out->objects.count;
		if (i && script.items[i - 1].piped && !copies &&
		    (one->words.count != 2 || strcmp(one->words.items[1], "-") != 0))
			return refuse_command(f, command, "cat behind a pipe reads files", err);
		if (!(i && script.items[i - 1].piped) &&
		    program_of(one)->run(f, command, &one->words, err) < 0)
			return -1;
		if (one->to && put_aside(f, command, one->to, first, err) < 0)
			return -1;
	}
	return 0;
}

static int shell(struct flux1 *f, const struct node *command, const struct words *words,
		 struct err *err)
{
	int rc;

	if (words->count != 3 || f->shells == SHELLS)
		return refuse_command(f, command, "its shell has arguments that are not", err);
	f->shells++;
	rc = run_script(f, command, words->items[2], err);
	f->shells--;
	return rc;
}

int flux1_generate(struct flux1 *f, const struct node *command, struct err *err)
{
	if (!node_is(command, NODE_STR))
		return err_raise(err, ERR_INPUT, flux1_pos(f, command),
				 "a generator needs a 'command'");
	f->cwd = f->target->path;
	return run_script(f, command, command->text, err);
}
