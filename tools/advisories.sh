#!/bin/sh
# Asks the registries for known weaknesses of every locked package of Python and Node. Needs the network; the
# tool that asks is installed into build/advisories, pinned by hash.
set -u
cd "$(dirname "$0")/.."
folder=build/advisories
say() { printf '%s\n' "$*" >&2; }
unreachable() { say "advisories: $1 can't be asked: this needs the network (and HTTPS_PROXY, where there is one)"; exit 2; }

[ -x $folder/bin/python ] || .venv/bin/uv venv --quiet $folder || exit 2
.venv/bin/uv pip sync --quiet --python $folder/bin/python --require-hashes requirements/advisories.txt ||
  unreachable "the Python package index"
status=0
for lock in requirements/*.txt; do
  [ "$lock" = requirements/overrides.txt ] && continue
  told=$($folder/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r "$lock" 2>&1)
  case $? in
    0) say "advisories: $lock: none" ;;
    *) case "$told" in
         *"onnect"* | *"resolve"* | *"timed out"* | *"could not be audited"* | *"not found on PyPI"*) unreachable "PyPI's list of advisories" ;;
       esac
       printf '%s\n%s\n' "$lock" "$told"; status=1 ;;
  esac
done
told=$(npm audit --audit-level=low 2>&1) || case "$told" in
  *"audit endpoint"* | *ENOTFOUND* | *ECONNREFUSED* | *ETIMEDOUT*) unreachable "npm's list of advisories" ;;
  *) printf '%s\n' "$told"; status=1 ;;
esac
exit $status
