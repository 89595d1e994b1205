// oracle renders snippets with Helm's own packages: one JSON object a line in, one out, in order.
// {id, template, values, set…} becomes {id, output} (base64) or {id, error}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/engine"
)

type snippet struct {
	ID        string   `json:"id"`
	Template  string   `json:"template"`
	Values    string   `json:"values"`
	Set       []string `json:"set"`
	SetString []string `json:"set_string"`
	SetJSON   []string `json:"set_json"`
}

type answer struct {
	ID     string `json:"id"`
	Output []byte `json:"output,omitempty"`
	Error  string `json:"error,omitempty"`
	Failed bool   `json:"failed"`
}

const chartYAML = "apiVersion: v2\nname: case\nversion: 0.1.0\nappVersion: \"1.2.3\"\ndescription: one snippet\n"

func render(s snippet) (out string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	chart, err := loader.LoadFiles([]*loader.BufferedFile{
		{Name: "Chart.yaml", Data: []byte(chartYAML)},
		{Name: "values.yaml", Data: []byte(s.Values)},
		{Name: "templates/case.yaml", Data: []byte(s.Template)},
	})
	if err != nil {
		return "", err
	}
	options := values.Options{Values: s.Set, StringValues: s.SetString, JSONValues: s.SetJSON}
	given, err := options.MergeValues(nil)
	if err != nil {
		return "", err
	}
	if err = chartutil.ProcessDependenciesWithMerge(chart, given); err != nil {
		return "", err
	}
	capabilities := chartutil.DefaultCapabilities.Copy()
	version, err := chartutil.ParseKubeVersion("v1.36.3")
	if err != nil {
		return "", err
	}
	capabilities.KubeVersion = *version
	capabilities.HelmVersion.Version = "v3.22.0"
	release := chartutil.ReleaseOptions{Name: "demo", Namespace: "apps", Revision: 1, IsInstall: true}
	all, err := chartutil.ToRenderValues(chart, given, release, capabilities)
	if err != nil {
		return "", err
	}
	files, err := engine.Render(chart, all)
	return files["case/templates/case.yaml"], err
}

func limited(s snippet) answer {
	done := make(chan answer, 1)
	go func() {
		out, err := render(s)
		if err != nil {
			done <- answer{ID: s.ID, Error: err.Error(), Failed: true}
			return
		}
		done <- answer{ID: s.ID, Output: []byte(out)}
	}()
	select {
	case a := <-done:
		return a
	case <-time.After(10 * time.Second):
		return answer{ID: s.ID, Error: "no answer in time", Failed: true}
	}
}

func main() {
	log.SetOutput(io.Discard)
	in := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for {
		line, end := in.ReadBytes('\n')
		if len(line) > 1 {
			var s snippet
			if err := json.Unmarshal(line, &s); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			if err := out.Encode(limited(s)); err != nil {
				os.Exit(1)
			}
		}
		if end != nil {
			return
		}
	}
}
