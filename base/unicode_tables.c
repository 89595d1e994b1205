#include "base/unicode_tables.inc"
