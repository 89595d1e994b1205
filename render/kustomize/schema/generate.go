//go:build ignore

// generate prints table.inc: what kustomize's embedded OpenAPI says about merging lists and about
// scopes, and nothing else. Run it in a module that requires sigs.k8s.io/kustomize/kyaml v0.21.1:
//
//	go run generate.go scopes.txt > table.inc
//
// SCOPES (scopes.txt) lists what kyaml has computed beforehand, "apiVersion kind namespaced" a line.
package main

import (
	"bufio"
	"fmt"
	"os"
	"sort"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

type prop struct {
	name, child, keys string
	flags             []string
}
type typ struct {
	props []prop
	keep  bool
	index int
}

func ref(s *spec.Schema) string {
	return strings.TrimPrefix(s.Ref.String(), "#/definitions/")
}

func makeProp(name string, s spec.Schema) prop {
	p := prop{name: name, child: ref(&s)}
	if s.Items != nil && s.Items.Schema != nil && len(s.Type) == 1 && s.Type[0] == "array" {
		p.child = ref(s.Items.Schema)
		p.flags = append(p.flags, "SCHEMA_LIST")
	} else if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
		p.child = ref(s.AdditionalProperties.Schema)
		p.flags = append(p.flags, "SCHEMA_VALUES")
	}
	strategy, found := s.Extensions["x-kubernetes-patch-strategy"]
	if !found {
		return p
	}
	for _, part := range strings.Split(strategy.(string), ",") {
		if part == "merge" {
			p.flags = append(p.flags, "SCHEMA_MERGE")
		}
	}
	if keys, ok := s.Extensions["x-kubernetes-list-map-keys"]; ok {
		var all []string
		for _, k := range keys.([]interface{}) {
			all = append(all, k.(string))
		}
		p.keys = strings.Join(all, ",")
	} else if key, ok := s.Extensions["x-kubernetes-patch-merge-key"]; ok {
		p.keys = key.(string)
	}
	return p
}

func main() {
	root := openapi.Schema()
	types := map[string]*typ{}
	roots := map[[3]string]string{}
	for name, d := range root.Definitions {
		t := &typ{}
		for p, s := range d.Properties {
			t.props = append(t.props, makeProp(p, s))
		}
		sort.Slice(t.props, func(i, j int) bool { return t.props[i].name < t.props[j].name })
		types[name] = t
		gvks, _ := d.VendorExtensible.Extensions["x-kubernetes-group-version-kind"].([]interface{})
		for _, g := range gvks {
			m := g.(map[string]interface{})
			group, _ := m["group"].(string)
			roots[[3]string{m["kind"].(string), group, m["version"].(string)}] = name
		}
	}
	// A type is kept when a list that merges can be reached from it.
	for changed := true; changed; {
		changed = false
		for _, t := range types {
			for _, p := range t.props {
				child := types[p.child]
				merges := strings.Contains(strings.Join(p.flags, " "), "MERGE")
				if !t.keep && (merges || child != nil && child.keep) {
					t.keep, changed = true, true
				}
			}
		}
	}
	used := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		t := types[name]
		if t == nil || !t.keep || used[name] {
			return
		}
		used[name] = true
		for _, p := range t.props {
			visit(p.child)
		}
	}
	var keys [][3]string
	for k, name := range roots {
		if types[name].keep {
			keys = append(keys, k)
			visit(name)
		}
	}
	var names []string
	for name := range used {
		names = append(names, name)
	}
	sort.Strings(names)
	for i, name := range names {
		types[name].index = i
	}
	less := func(a, b [3]string) bool {
		for i := range a {
			if a[i] != b[i] {
				return a[i] < b[i]
			}
		}
		return false
	}
	sort.Slice(keys, func(i, j int) bool { return less(keys[i], keys[j]) })

	fmt.Println("/* Made by generate.go from kyaml 0.21.1's OpenAPI (Kubernetes 1.21.2). Do not edit. */")
	fmt.Println("#include \"render/kustomize/schema/table.h\"\n\nconst struct kschema_prop kschema_props[] = {")
	var starts []int
	n := 0
	for _, name := range names {
		starts = append(starts, n)
		fmt.Printf("\t/* %d: %s */\n", types[name].index, name[strings.LastIndex(name, ".")+1:])
		for _, p := range types[name].props {
			child := -1
			if used[p.child] {
				child = types[p.child].index
			}
			merges := strings.Contains(strings.Join(p.flags, " "), "MERGE")
			if child < 0 && !merges {
				continue
			}
			flags := strings.Join(p.flags, " | ")
			if flags == "" {
				flags = "0"
			}
			fmt.Printf("\t{ \"%s\", \"%s\", %d, %s },\n", p.name, p.keys, child, flags)
			n++
		}
	}
	fmt.Println("};\n\nconst unsigned short kschema_types[] = {")
	for i := 0; i < len(starts); i += 12 {
		fmt.Print("\t")
		for j := i; j < len(starts) && j < i+12; j++ {
			fmt.Printf("%d, ", starts[j])
		}
		fmt.Println()
	}
	fmt.Printf("\t%d,\n};\nconst unsigned kschema_type_count = %d;\n\nconst struct kschema_root kschema_roots[] = {\n", n, len(starts))
	for _, k := range keys {
		fmt.Printf("\t{ \"%s\", \"%s\", \"%s\", %d },\n", k[0], k[1], k[2], types[roots[k]].index)
	}
	fmt.Printf("};\nconst unsigned kschema_root_count = %d;\n\nconst struct kschema_scope kschema_scopes[] = {\n", len(keys))
	f, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	var scopes [][4]string
	for s := bufio.NewScanner(f); s.Scan(); {
		w := strings.Fields(s.Text())
		group, version := "", w[0]
		if i := strings.Index(w[0], "/"); i >= 0 {
			group, version = w[0][:i], w[0][i+1:]
		}
		scopes = append(scopes, [4]string{w[1], group, version, w[2]})
	}
	sort.Slice(scopes, func(i, j int) bool {
		return less([3]string(scopes[i][:3]), [3]string(scopes[j][:3]))
	})
	for _, s := range scopes {
		fmt.Printf("\t{ \"%s\", \"%s\", \"%s\", %s },\n", s[0], s[1], s[2], s[3])
	}
	fmt.Printf("};\nconst unsigned kschema_scope_count = %d;\n\nconst char *const kschema_names[] = {\n", len(scopes))
	for _, name := range names {
		fmt.Printf("\t\"%s\",\n", name)
	}
	fmt.Println("};")
}
