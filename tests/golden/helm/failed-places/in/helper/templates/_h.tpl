{{define "x"}}{{ fail "no way" }}{{end}}
