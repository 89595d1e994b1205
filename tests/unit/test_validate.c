/* Structure, custom resources, definitions and references across objects: manifests and the rule
 * and path of each finding. */
#include "base/buf.h"
#include "tests/unit/unit.h"
#include "validate/across/across.h"
#include "validate/manifest.h"
#include "validate/schema/crd.h"
#include "validate/schema/custom.h"
#include "validate/schema/schema.h"
#include "validate/schema/structure.h"

#include <string.h>

/* Findings as "rule path" lines; with `old`, objects of the same name are updates. */
static char *judge(struct run *run, const char *release, const char *text, const char *old,
		   bool across)
{
	struct arena *a = &run->arena;
	struct manifests manifests = { 0 }, before = { 0 };
	struct findings findings, ignored;
	struct validate_options how = { .release = schema_release_find(release),
					.crds = crds_new(a) };
	struct across *set = across_new(run, a), *base = across_new(run, a);
	struct buf out;
	char *lines;

	findings_init(&findings, run, a);
	findings_init(&ignored, run, a);
	manifests_read(run, a, "x.yaml", text, strlen(text),
		       origins_add_file(run->origins, NULL, "x.yaml", text, strlen(text)),
		       &manifests, &findings);
	if (old)
		manifests_read(run, a, "y.yaml", old, strlen(old), 0, &before, &ignored);
	for (size_t i = 0; i < before.count; i++)
		across_add(base, before.items[i].object, NULL);
	for (size_t i = 0; i < manifests.count; i++)
		crds_add(how.crds, manifests.items[i].object->root);
	for (size_t i = 0; i < manifests.count; i++) {
		const struct manifest *m = &manifests.items[i];
		struct validate_item item = { m->object, NULL, m->duplicates, m->duplicate_count };

		if (i < before.count)
			item.old = before.items[i].object;
		if (across)
			across_add(set, m->object, NULL);
		else
			validate_object(&how, &item, &findings);
	}
	if (across)
		across_check(set, old ? base : NULL, &findings);
	buf_init(&out, 0);
	for (size_t i = 0; i < findings.count; i++)
		buf_printf(&out, "%s%s%s%s", i ? "; " : "", findings.items[i].rule,
			   *findings.items[i].path ? " " : "", findings.items[i].path);
	lines = buf_dup(&out, a);
	buf_release(&out);
	return lines;
}

#define DEPLOYMENT(container)                                                                      \
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  selector: "          \
	"{matchLabels: "                                                                           \
	"{a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n    " \
	"  - "                                                                                     \
	"name: c\n        image: i\n" container
#define CONFIG "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"

static const struct {
	const char *release, *text, *found;
} built_in[] = {
	{ "1.36", DEPLOYMENT(""), "" },
	{ "1.36", DEPLOYMENT("        imagee: j\n"),
	  "schema/unknown-field spec.template.spec.containers[0].imagee" },
	{ "1.36", DEPLOYMENT("        Image: j\n"),
	  "schema/unknown-field spec.template.spec.containers[0].Image" },
	{ "1.36", DEPLOYMENT("        command: ls\n"),
	  "schema/type spec.template.spec.containers[0].command" },
	{ "1.36", DEPLOYMENT("        args: [1]\n"),
	  "schema/type spec.template.spec.containers[0].args[0]" },
	{ "1.36", DEPLOYMENT("        args: null\n        env: [null]\n"),
	  "container/env spec.template.spec.containers[0].env[0].name" },
	{ "1.36", DEPLOYMENT("        ports: [{containerPort: 80.0}]\n"), "" },
	{ "1.36", DEPLOYMENT("        ports: [{containerPort: '80'}]\n"),
	  "schema/type spec.template.spec.containers[0].ports[0].containerPort" },
	{ "1.36", DEPLOYMENT("        ports: [{containerPort: 1e99}]\n"),
	  "schema/type spec.template.spec.containers[0].ports[0].containerPort" },
	{ "1.36", DEPLOYMENT("        ports: [{containerPort: 99999999999}]\n"),
	  "schema/range spec.template.spec.containers[0].ports[0].containerPort" },
	{ "1.36", DEPLOYMENT("        resources: {limits: {cpu: 1x}}\n"),
	  "schema/format spec.template.spec.containers[0].resources.limits[cpu]" },
	{ "1.36", DEPLOYMENT("        resources: {limits: {cpu: true}}\n"),
	  "schema/type spec.template.spec.containers[0].resources.limits[cpu]" },
	{ "1.36", CONFIG "data: {a: yes}\n", "schema/type data[a]" },
	{ "1.36", CONFIG "data: {a: 1.10}\n", "schema/type data[a]" },
	{ "1.36", CONFIG "data: {a: b}\ndata: {c: d}\n", "schema/duplicate-key data" },
	{ "1.36", CONFIG "binaryData: {a: '*'}\n", "schema/format binaryData[a]" },
	{ "1.36", CONFIG "binaryData: {a: [1, 255]}\n", "" },
	{ "1.36", "kind: ConfigMap\nmetadata: {name: x}\n", "schema/no-api-version apiVersion" },
	{ "1.36", "apiVersion: v1\nmetadata: {name: x}\n", "schema/no-kind kind" },
	{ "1.36", "apiVersion: 1\nkind: ConfigMap\n", "schema/type apiVersion" },
	{ "1.36", "just text\n", "schema/not-an-object" },
	{ "1.36", "a: [\n", "yaml/syntax" },
	{ "1.36", "# nothing\n---\n# more\n", "" },
	{ "1.36", "apiVersion: v1\nkind: Deployment\nmetadata: {name: x}\n",
	  "schema/unknown-kind apiVersion" },
	{ "1.36", "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: x}\n",
	  "schema/unknown-kind apiVersion" },
	{ "1.36", "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\n",
	  "schema/missing apiVersion" },
	{ "1.36",
	  "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: "
	  "{name: x, "
	  "nam: y}}\n",
	  "schema/unknown-field metadata.nam" },
	/* releases differ */
	{ "1.30", DEPLOYMENT("        restartPolicyRules: []\n"),
	  "schema/unknown-field spec.template.spec.containers[0].restartPolicyRules" },
	{ "1.36", DEPLOYMENT("        restartPolicyRules: []\n"), "" },
	{ "1.30",
	  "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata: {name: "
	  "x}\nspec: "
	  "{priorityLevelConfiguration: {name: why}, matchingPrecedence: 2}\n",
	  "deprecated/api apiVersion" },
};

START_TEST(judges_built_in)
{
	struct run run;

	run_init(&run);
	ck_assert_str_eq(judge(&run, built_in[_i].release, built_in[_i].text, NULL, false),
			 built_in[_i].found);
	run_release(&run);
}
END_TEST

#define CRD(schema)                                                                                \
	"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "   \
	"ts.e.com}\nspec:\n  group: e.com\n  scope: Namespaced\n  names: {kind: T, plural: ts}\n " \
	" "                                                                                        \
	"versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      "        \
	"openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n          " \
	"  type: "                                                                                 \
	"object\n            properties:\n              x: " schema "\n---\n"
#define T(x) "apiVersion: e.com/v1\nkind: T\nmetadata: {name: t}\nspec: {" x "}\n"
#define AT "spec.validation.openAPIV3Schema.properties[spec].properties[x]"

static const struct {
	const char *text, *old, *found;
} custom[] = {
	{ CRD("{type: string}") T("x: a"), NULL, "" },
	{ CRD("{type: string}") T("x: 1"), NULL, "schema/type spec.x" },
	{ CRD("{type: string}") T("x: null"), NULL, "" },
	{ CRD("{type: string}") T("z: a"), NULL, "schema/unknown-field spec.z" },
	{ CRD("{type: string}") T("y: a"), NULL, "schema/unknown-field spec.true" },
	{ CRD("{type: integer}") T("x: 1.0"), NULL, "" },
	{ CRD("{type: integer}") T("x: 1.5"), NULL, "schema/type spec.x" },
	{ CRD("{type: number}") T("x: 1"), NULL, "" },
	{ CRD("{type: integer, minimum: 2, exclusiveMinimum: true}") T("x: 2"), NULL,
	  "schema/range spec.x" },
	{ CRD("{type: integer, multipleOf: 3}") T("x: 7"), NULL, "schema/range spec.x" },
	{ CRD("{type: string, enum: [a, b]}") T("x: c"), NULL, "schema/enum spec.x" },
	{ CRD("{type: string, pattern: '^a'}") T("x: ba"), NULL, "schema/pattern spec.x" },
	{ CRD("{type: string, maxLength: 2}") T("x: äöü"), NULL, "schema/length spec.x" },
	{ CRD("{type: string, maxLength: 3}") T("x: äöü"), NULL, "" },
	{ CRD("{type: string, format: ipv4}") T("x: 1.2.3.400"), NULL, "schema/format spec.x" },
	{ CRD("{type: string, format: unheard-of}") T("x: z"), NULL, "" },
	{ CRD("{type: array, items: {type: integer}, maxItems: 1}") T("x: [1, 2]"), NULL,
	  "schema/count spec.x" },
	{ CRD("{type: array, items: {type: integer}}") T("x: [1, null]"), NULL,
	  "schema/type spec.x[1]" },
	{ CRD("{type: array, x-kubernetes-list-type: set, items: {type: string}}")
		  T("x: [a, b, a, a]"),
	  NULL, "schema/duplicate-item spec.x[2]" },
	{ CRD("{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k], items: "
	      "{type: object, "
	      "required: [k], properties: {k: {type: string}}}}") T("x: [{k: a}, {k: a}]"),
	  NULL, "schema/duplicate-item spec.x[1]" },
	{ CRD("{type: object, required: [a], properties: {a: {type: string}}}") T("x: {}"), NULL,
	  "schema/required spec.x.a" },
	{ CRD("{type: object, required: [a], properties: {a: {type: string, default: b}}}")
		  T("x: {}"),
	  NULL, "" },
	{ CRD("{type: object, additionalProperties: {type: integer}}") T("x: {a: b}"), NULL,
	  "schema/type spec.x[a]" },
	{ CRD("{type: object, x-kubernetes-preserve-unknown-fields: true}") T("x: {a: {b: c}}"),
	  NULL, "" },
	{ CRD("{x-kubernetes-int-or-string: true}") T("x: true"), NULL, "schema/type spec.x" },
	{ CRD("{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: "
	      "[{required: [a]}, "
	      "{required: [b]}]}") T("x: {a: c, b: d}"),
	  NULL, "schema/one-of spec.x" },
	{ CRD("{type: object, x-kubernetes-embedded-resource: true, "
	      "x-kubernetes-preserve-unknown-fields: true}")
		  T("x: {kind: Pod, metadata: {labels: {a: b c}}}"),
	  NULL, "schema/required spec.x.apiVersion; metadata/labels spec.x.metadata.labels" },
	/* what has not changed is not judged again */
	{ CRD("{type: string, maxLength: 1}") T("x: abc"), CRD("{type: string}") T("x: abc"), "" },
	{ CRD("{type: string, maxLength: 1}") T("x: abd"), CRD("{type: string}") T("x: abc"),
	  "schema/length spec.x" },
	/* the definitions themselves */
	{ CRD("{}"), NULL, "crd/definition " AT ".type" },
	{ CRD("{type: strin}"), NULL, "crd/definition " AT ".type" },
	{ CRD("{type: array}"), NULL, "crd/definition " AT ".items" },
	{ CRD("{type: string, pattern: '('}"), NULL, "crd/definition " AT ".pattern" },
	{ CRD("{type: string, default: 1}"), NULL, "schema/type " AT ".default" },
	{ CRD("{type: object, properties: {a: {type: string}}, anyOf: [{properties: {a: {type: "
	      "string}}}]}"),
	  NULL, "crd/definition " AT ".anyOf[0].properties[a].type" },
	{ CRD("{type: string, uniqueItems: true}"), NULL, "crd/definition " AT ".uniqueItems" },
	{ CRD("{type: array, x-kubernetes-list-type: map, items: {type: string}}"), NULL,
	  "crd/definition " AT ".x-kubernetes-list-map-keys; crd/definition " AT ".items.type" },
};

START_TEST(judges_custom)
{
	struct run run;

	run_init(&run);
	ck_assert_str_eq(judge(&run, "1.36", custom[_i].text, custom[_i].old, false),
			 custom[_i].found);
	run_release(&run);
}
END_TEST

#define SERVICE                                                                                    \
	"apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  selector: {a: b}\n  ports: " \
	"[{port: 80, targetPort: web}]\n---\n"

#define SCALED(kind, replicas)                                                                     \
	"apiVersion: apps/v1\nkind: " kind "\nmetadata: {name: w}\nspec: {" replicas               \
	"selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, spec: "       \
	"{containers: [{name: c, image: i}]}}}\n---\n"
#define BUDGET(bound)                                                                              \
	"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec: {" bound     \
	", selector: {matchExpressions: [{key: app, operator: In, values: [w]}]}}\n"
#define SCALER(least)                                                                              \
	"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: s}\nspec: "   \
	"{minReplicas: " #least ", maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: "   \
	"Deployment, name: w}}\n---\n"

static const struct {
	const char *text, *old, *found;
} together[] = {
	/* a budget against the replicas of what it selects */
	{ SCALED("Deployment", "replicas: 2, ") BUDGET("maxUnavailable: 0"), NULL,
	  "risk/blocks-drains spec.maxUnavailable" },
	{ SCALED("Deployment", "replicas: 2, ") BUDGET("minAvailable: 100%"), NULL,
	  "risk/blocks-drains spec.minAvailable" },
	{ SCALED("Deployment", "replicas: 2, ") BUDGET("minAvailable: 2"), NULL,
	  "risk/blocks-drains spec.minAvailable" },
	{ SCALED("Deployment", "replicas: 3, ") BUDGET("minAvailable: 2"), NULL, "" },
	{ SCALED("Deployment", "") BUDGET("minAvailable: 1"), NULL,
	  "risk/blocks-drains spec.minAvailable" },
	{ SCALED("Deployment", "replicas: 0, ") BUDGET("minAvailable: 1"), NULL, "" },
	{ SCALED("StatefulSet", "replicas: 3, ") BUDGET("minAvailable: 67%"), NULL,
	  "risk/blocks-drains spec.minAvailable" },
	{ SCALED("StatefulSet", "replicas: 3, ") BUDGET("minAvailable: 66%"), NULL, "" },
	{ SCALED("StatefulSet", "replicas: 3, ") BUDGET("maxUnavailable: 1%"), NULL, "" },
	{ SCALED("DaemonSet", "") BUDGET("minAvailable: 1"), NULL, "" },
	{ SCALED("Deployment", "replicas: 5, ") SCALER(2) BUDGET("minAvailable: 2"), NULL,
	  "risk/blocks-drains spec.minAvailable" },
	{ SCALED("Deployment", "replicas: 1, ") SCALER(2) BUDGET("minAvailable: 1"), NULL, "" },
	{ DEPLOYMENT("        envFrom: [{configMapRef: {name: settings}}]\n"), NULL,
	  "across/reference spec.template.spec.containers[0].envFrom[0].configMapRef.name" },
	{ DEPLOYMENT("        envFrom: [{configMapRef: {name: x}}]\n") "---\n" CONFIG, NULL, "" },
	{ DEPLOYMENT("        envFrom: [{configMapRef: {name: y, optional: true}}]\n"), NULL, "" },
	{ DEPLOYMENT(
		  "        envFrom: [{secretRef: {name: made}}]\n") "---\napiVersion: "
								    "external-secrets.io/v1\nkind: "
								    "ExternalSecret\nmetadata: "
								    "{name: z}\nspec: {target: "
								    "{name: "
								    "made}}\n",
	  NULL, "" },
	{ SERVICE DEPLOYMENT("        ports: [{name: web, containerPort: 8080}]\n"), NULL, "" },
	{ SERVICE DEPLOYMENT("        ports: [{name: http, containerPort: 8080}]\n"), NULL,
	  "across/target-port spec.ports[0].targetPort" },
	{ "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {a: b, tier: "
	  "x}}\n---\n" DEPLOYMENT(""),
	  NULL, "across/selector spec.selector" },
	{ CONFIG "---\n" CONFIG, NULL, "across/declared-twice" },
	{ "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\napiVersion: v1\nkind: "
	  "ConfigMap\nmetadata: "
	  "{name: x, namespace: b}\n",
	  NULL, "across/namespace metadata.namespace" },
	{ T("x: a"), CRD("{type: string}"), "across/crd-removed apiVersion" },
};

START_TEST(judges_together)
{
	struct run run;

	run_init(&run);
	ck_assert_str_eq(judge(&run, "1.36", together[_i].text, together[_i].old, true),
			 together[_i].found);
	run_release(&run);
}
END_TEST

static const struct {
	const char *format, *text;
	bool fits;
} formats[] = {
	{ "date-time", "2024-01-31T12:00:00Z", true },
	{ "date-time", "2024-02-30T12:00:00Z", false },
	{ "date", "2023-02-29", false },
	{ "date", "2024-02-29", true },
	{ "ipv4", "1.2.3.4", true },
	{ "ipv4", "::1", false },
	{ "ipv6", "::1", true },
	{ "ipv6", "1.2.3.4", false },
	{ "cidr", "10.0.0.0/8", true },
	{ "cidr", "10.0.0.0/40", false },
	{ "uri", "https://a/b", true },
	{ "uri", "not a uri", false },
	{ "email", "a@b.c", true },
	{ "email", "aaa", false },
	{ "email", "A B <a@b.c>", true },
	{ "hostname", "a.example.com", true },
	{ "hostname", "-a", false },
	{ "mac", "00:11:22:33:44:55", true },
	{ "mac", "00:11", false },
	{ "uuid", "123e4567-e89b-12d3-a456-426614174000", true },
	{ "uuid4", "123e4567-e89b-12d3-a456-426614174000", false },
	{ "isbn10", "0321751043", true },
	{ "isbn10", "0321751044", false },
	{ "isbn13", "978-0321751041", true },
	{ "creditcard", "4111 1111 1111 1111", true },
	{ "creditcard", "4111 1111 1111 1112", false },
	{ "hexcolor", "#ffF", true },
	{ "rgbcolor", "rgb(1,2,255)", true },
	{ "rgbcolor", "rgb(1,2,256)", false },
	{ "byte", "aGVsbG8=", true },
	{ "byte", "aGVsbG8", false },
	{ "duration", "5m", true },
	{ "duration", "3 days", true },
	{ "duration", "soon", false },
	{ "bsonobjectid", "507f1f77bcf86cd799439011", true },
	{ "no-such-format", "x", true },
};

START_TEST(knows_formats)
{
	ck_assert_int_eq(custom_format_ok(formats[_i].format, formats[_i].text,
					  strlen(formats[_i].text), 36),
			 formats[_i].fits);
}
END_TEST

static const struct {
	const char *text, *wanted, *hint;
	enum node_type type;
} hints[] = {
	{ "80", "a string", "; quote it: \"80\"", NODE_INT },
	{ "yes", "a string", " (YAML reads yes as a boolean); quote it: \"yes\"", NODE_BOOL },
	{ "1.10", "a string", " (YAML reads 1.10 as the number 1.1); quote it: \"1.10\"",
	  NODE_FLOAT },
	{ "80", "an integer", "; write it without quotes: 80", NODE_STR },
	{ "true", "a boolean", "; write it without quotes: true", NODE_STR },
	{ "x", "a list", "; start the value with '- '", NODE_STR },
};

START_TEST(explains_traps)
{
	struct arena a = ARENA_INIT;
	struct node *n = node_scalar(&a, hints[_i].type, hints[_i].text, strlen(hints[_i].text));

	n->style = hints[_i].type == NODE_STR ? STYLE_DOUBLE : STYLE_PLAIN;
	ck_assert_str_eq(structure_hint(&a, n, hints[_i].wanted), hints[_i].hint);
	arena_release(&a);
}
END_TEST

SUITE(validate)
{
	Suite *s = suite_create("validate");
	TCase *tc = tcase_create("validate");

	tcase_add_loop_test(tc, judges_built_in, 0, ARRAY_SIZE(built_in));
	tcase_add_loop_test(tc, judges_custom, 0, ARRAY_SIZE(custom));
	tcase_add_loop_test(tc, judges_together, 0, ARRAY_SIZE(together));
	tcase_add_loop_test(tc, knows_formats, 0, ARRAY_SIZE(formats));
	tcase_add_loop_test(tc, explains_traps, 0, ARRAY_SIZE(hints));
	suite_add_tcase(s, tc);
	return s;
}
