#include "cmd/report/read.h"
#include <string.h>
#include "base/json.h"
#include "base/jsonschema.h"
#include "cmd/report/report.h"

/* The published schema itself. */
__asm__(".section .rodata\n"
	"plan_schema_text: .incbin \"cmd/report/plan.schema.json\"\n"
	"plan_schema_end: .byte 0\n"
	".previous\n");
extern const char plan_schema_text[], plan_schema_end[];

static unsigned number_of(const struct node *n, const char *key)
{
	int64_t value = 0;

	if (!node_integer(node_get(n, key), &value) || value < 0 || value > INT32_MAX)
		return 0;
	return (unsigned)value;
}

/* --- words back into numbers ---------------------------------------------------------------------
 */

static enum plan_action action_of(const char *word)
{
	int i = 0;

	while (i < PLAN_UNDECIDED && strcmp(plan_action_name((enum plan_action)i), word) != 0)
		i++;
	return (enum plan_action)i;
}

static enum plan_cause cause_of(const char *word)
{
	int i = CAUSE_COMMIT;

	while (i < PLAN_CAUSES && strcmp(plan_cause_name((enum plan_cause)i), word) != 0)
		i++;
	return i < PLAN_CAUSES ? (enum plan_cause)i : CAUSE_NONE;
}

static enum plan_level level_of(const char *word)
{
	int i = 0;

	while (i < LEVEL_DRY_RUN && strcmp(plan_level_name((enum plan_level)i), word) != 0)
		i++;
	return (enum plan_level)i;
}

static enum severity severity_of(const char *word)
{
	return !strcmp(word, "error")	  ? SEVERITY_ERROR
	       : !strcmp(word, "warning") ? SEVERITY_WARNING
					  : SEVERITY_INFO;
}

/* --- pieces --------------------------------------------------------------------------------------
 */

static void read_place(struct arena *a, const struct node *n, struct plan_place *out)
{
	const struct node *at = node_get(n, "source"), *via = node_get(n, "via");

	*out = (struct plan_place){ 0 };
	out->at.side = !strcmp(node_string_at(at, "side"), "base") ? SIDE_BASE : SIDE_HEAD;
	out->at.source = node_get_string(at, "source");
	out->at.file = node_get_string(at, "file");
	out->at.line = number_of(at, "line");
	out->at.column = number_of(at, "column");
	if (!via)
		return;
	out->via = arena_array(a, via->len + 1, struct plan_via);
	for (uint32_t i = 0; i < via->len; i++)
		out->via[out->via_count++] = (struct plan_via){
			.source = node_get_string(via->items[i], "source"),
			.file = node_get_string(via->items[i], "file"),
			.line = number_of(via->items[i], "line"),
			.column = number_of(via->items[i], "column"),
			.what = node_string_at(via->items[i], "what"),
		};
}

static struct plan_ref read_ref(const struct node *n)
{
	return (struct plan_ref){ node_string_at(n, "apiVersion"), node_string_at(n, "kind"),
				  node_string_at(n, "namespace"), node_string_at(n, "name") };
}

static struct plan_field read_field(struct arena *a, const struct node *n)
{
	struct plan_field f = {
		.path = node_string_at(n, "path"),
		.pointer = node_string_at(n, "pointer"),
		.before = node_get(n, "before"),
		.after = node_get(n, "after"),
		.cause = cause_of(node_string_at(n, "cause")),
		.manager = node_get_string(n, "manager"),
		.manager_time = node_get_string(n, "managerTime"),
		.undone = node_true(node_get(n, "undone")),
	};

	read_place(a, n, &f.place);
	return f;
}

static void read_change(struct plan *p, const struct node *n)
{
	const struct node *owner = node_get(n, "owner"), *fields = node_get(n, "fields");
	struct plan_change *c = vec_push(p->arena, &p->changes);

	*c = (struct plan_change){
		.target = node_string_at(n, "target"),
		.app = node_get_string(n, "app"),
		.action = action_of(node_string_at(n, "action")),
		.cause = cause_of(node_string_at(n, "cause")),
		.checked = level_of(node_string_at(n, "checked")),
		.simulated = node_true(node_get(n, "simulated")),
		.reason = node_get_string(n, "reason"),
		.warning_race = node_get_string(n, "race"),
		.object = read_ref(node_get(n, "object")),
		.owner = read_ref(owner),
		.engine = node_string_at(owner, "engine"),
	};
	if (node_get(n, "previousOwner"))
		c->previous_owner = read_ref(node_get(n, "previousOwner"));
	read_place(p->arena, n, &c->place);
	for (uint32_t i = 0; fields && i < fields->len; i++)
		*vec_push(p->arena, c) = read_field(p->arena, fields->items[i]);
}

static void read_hook(struct plan *p, const struct node *n)
{
	const struct node *owner = node_get(n, "owner");
	struct plan_hook *h = vec_push(p->arena, &p->hooks);

	*h = (struct plan_hook){
		.target = node_string_at(n, "target"),
		.engine = node_string_at(owner, "engine"),
		.object = read_ref(node_get(n, "object")),
		.owner = read_ref(owner),
		.when = node_string_at(n, "when"),
		.deletes = node_string_at(n, "deletePolicy"),
	};
	read_place(p->arena, n, &h->place);
}

static void read_finding(struct plan *p, const struct node *n)
{
	struct plan_finding *f = vec_push(p->arena, &p->findings);

	*f = (struct plan_finding){
		.severity = severity_of(node_string_at(n, "severity")),
		.rule = node_string_at(n, "rule"),
		.message = node_string_at(n, "message"),
		.target = node_get_string(n, "target"),
		.has_object = node_get(n, "object") != NULL,
		.object = read_ref(node_get(n, "object")),
		.path = node_string_at(n, "path"),
		.fingerprint = node_get_string(n, "fingerprint"),
		.is_new = node_true(node_get(n, "new")),
	};
	read_place(p->arena, n, &f->place);
}

static void read_target(struct plan *p, const struct node *n)
{
	const struct node *cluster = node_get(n, "cluster");

	*vec_push(p->arena, &p->targets) = (struct plan_target){
		.id = node_string_at(n, "id"),
		.context = node_string_at(cluster, "context"),
		.server = node_string_at(cluster, "server"),
		.version = node_string_at(cluster, "version"),
		.why_offline = node_get_string(n, "offline"),
	};
}

/* What a plan counts and does not list: unchanged objects, and how each was checked. */
static void read_unlisted(struct plan *p, const struct node *summary, size_t from)
{
	const struct node *checked = node_get(summary, "checked");
	unsigned unchanged = number_of(summary, "unchanged");

	for (size_t i = from; i < p->changes.count; i++)
		unchanged -= unchanged && p->changes.items[i].action == PLAN_UNCHANGED;
	p->ignored += number_of(summary, "ignored");
	p->unlisted.actions[PLAN_UNCHANGED] += unchanged;
	for (int i = 0; i < PLAN_LEVELS; i++) {
		unsigned count = number_of(checked, plan_level_name((enum plan_level)i));

		for (size_t k = from; k < p->changes.count; k++)
			count -= count && (int)p->changes.items[k].checked == i;
		p->unlisted.checked[i] += count;
	}
}

/* --- strings -------------------------------------------------------------------------------------
 */

/* Values may have lines; nothing else has a use for a control character. */
static const char *clean_text(struct arena *a, const char *text, bool lines)
{
	struct buf out;
	const char *done;

	buf_init(&out, 0);
	while (*text) {
		size_t n = strcspn(text, "\n\t");

		report_clean(&out, arena_memdup(a, text, n));
		text += n;
		if (*text)
			buf_char(&out, lines ? *text : '?');
		text += *text != '\0';
	}
	done = buf_dup(&out, a);
	buf_release(&out);
	return done;
}

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7f)
			return false;
	return true;
}

/* Clean every string and key below `n`, in place; JSON's depth is bounded. */
static void clean(struct arena *a, struct node *n, bool value)
{
	if (node_is(n, NODE_STR) && !is_plain(n->text)) {
		n->text = clean_text(a, n->text, value);
		n->len = (uint32_t)strlen(n->text);
	}
	for (uint32_t i = 0; node_is(n, NODE_SEQ) && i < n->len; i++)
		clean(a, n->items[i], value);
	for (uint32_t i = 0; node_is(n, NODE_MAP) && i < n->len; i++) {
		struct node_entry *e = &n->entries[i];

		clean(a, e->value,
		      value || !strcmp(e->key->text, "before") || !strcmp(e->key->text, "after"));
		if (value)
			clean(a, e->key, false);
	}
}

/* --- the whole -----------------------------------------------------------------------------------
 */

static int check_schema(struct arena *a, const char *file, const struct node *root, struct err *err)
{
	struct jsonschema_options options = { .url = "plan.schema.json" };
	struct json_options json = { .file = "plan.schema.json" };
	const struct node *schema = json_read(
		a, plan_schema_text, (size_t)(plan_schema_end - plan_schema_text), &json, err);
	const struct schema *compiled;
	const char *problem = NULL, *line;

	if (!schema)
		return -1;
	compiled = jsonschema_compile(a, schema, &options, &problem);
	if (!compiled)
		return err_raise(err, ERR_INPUT, NO_POS, "%s", problem);
	problem = jsonschema_validate(a, compiled, root);
	if (!problem)
		return 0;
	line = strstr(problem, "\n- ");
	return err_raise(err, ERR_INPUT, (struct pos){ file, 0, 0 },
			 "it is no plan of kubectl-gitops/v1: %.300s", line ? line + 3 : problem);
}

static int same_commit(struct plan *p, const struct node *root, const char *file, struct err *err)
{
	const char *commit = node_get_string(root, "commit");

	if (!p->targets.count && !p->changes.count && !p->findings.count) {
		p->commit = commit ? commit : "";
		p->base = node_get_string(root, "base");
		p->base_why = node_get_string(root, "baseReason");
		return 0;
	}
	if (strcmp(p->commit, commit ? commit : "") != 0)
		return err_raise(err, ERR_INPUT, (struct pos){ file, 0, 0 },
				 "it plans commit %.12s, and the plan before it %.12s",
				 commit ? commit : "", p->commit);
	return 0;
}

int plan_read(struct plan *p, const char *file, const char *text, size_t len, struct err *err)
{
	struct json_options options = { .file = file };
	struct node *root;
	const struct node *changes, *findings, *targets, *hooks;
	size_t from = p->changes.count;

	root = json_read(p->arena, text, len, &options, err);
	if (!root || check_schema(p->arena, file, root, err) < 0)
		return -1;
	clean(p->arena, root, false);
	if (same_commit(p, root, file, err) < 0)
		return -1;
	changes = node_get(root, "changes");
	findings = node_get(root, "findings");
	targets = node_get(root, "targets");
	hooks = node_get(root, "hooks");
	if ((hooks && hooks->len > PLAN_READ_ITEMS) ||
	    (changes && changes->len > PLAN_READ_ITEMS) || findings->len > PLAN_READ_ITEMS ||
	    targets->len > 1000)
		return err_raise(err, ERR_LIMIT, (struct pos){ file, 0, 0 },
				 "it lists more than %d changes or findings", PLAN_READ_ITEMS);
	for (uint32_t i = 0; i < targets->len; i++)
		read_target(p, targets->items[i]);
	for (uint32_t i = 0; changes && i < changes->len; i++)
		read_change(p, changes->items[i]);
	for (uint32_t i = 0; i < findings->len; i++)
		read_finding(p, findings->items[i]);
	for (uint32_t i = 0; node_is(hooks, NODE_SEQ) && i < hooks->len; i++)
		read_hook(p, hooks->items[i]);
	read_unlisted(p, node_get(root, "summary"), from);
	return 0;
}

void plan_read_finish(struct plan *p)
{
	plan_finish(p);
	p->summary.actions[PLAN_UNCHANGED] += p->unlisted.actions[PLAN_UNCHANGED];
	for (int i = 0; i < PLAN_LEVELS; i++)
		p->summary.checked[i] += p->unlisted.checked[i];
}
