package main

deny contains "settings are not allowed" if input.kind == "ConfigMap"

warn contains {"msg": "pin the image", "path": sprintf("spec.template.spec.containers[%d].image", [i])} if {
	some i
	endswith(input.spec.template.spec.containers[i].image, ":latest")
}
