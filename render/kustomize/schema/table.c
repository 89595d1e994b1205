/* The table that generate.go prints. */
#include "render/kustomize/schema/table.inc"
