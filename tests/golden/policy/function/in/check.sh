#!/bin/sh
# A KRM function in a few lines: it reads a ResourceList and says what it found.
grep '"kind":"ResourceList"' | grep '"internal.config.kubernetes.io/path":"000001.json"' >/dev/null || exit 1
cat <<'YAML'
apiVersion: config.kubernetes.io/v1
kind: ResourceList
results:
- message: no latest tag
  resourceRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  field: {path: "spec.template.spec.containers[0].image", proposedValue: "nginx:1.27"}
- message: say more
  severity: warning
  file: {path: 000001.json}
- message: two objects seen
  severity: info
YAML
exit 1
