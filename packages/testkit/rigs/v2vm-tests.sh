#!/bin/bash
# v2vm-tests.sh [TEST…]: runs test files on the emulated cgroup v2 machine (v2vm.sh), one after the other, and prints each one's
# report. Without arguments those that see more, or something else, where cgroup v2 has all its controllers. A file fails when
# it fails there, or skips everything. Exit status: the number of files that failed, at most 100.
set -euo pipefail
cd "$(dirname "$0")/../../.."

[ $# -gt 0 ] || set -- \
  packages/testkit/test/memory-limit.test.ts \
  packages/testkit/test/cgroup-sandbox.test.ts \
  packages/sampler/test/live.test.ts

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
node=$(PATH=$PWD/node_modules/.bin:$PATH command -v node)
export SCRIPT='
run() { "$NODE" --conditions=@fgm/source --expose-gc "$1" >"/out/$(basename "$1")" 2>&1; }
for test in "$@"; do
  # Code that V8 compiles now and then traps in emulation: a process that a signal ended gets a second chance, a failure none.
  run "$test" || { [ $? -ge 128 ] && run "$test"; } && echo ok >"/out/$(basename "$test").ok"
done'
packages/testkit/rigs/v2vm.sh -t "${SECONDS_LIMIT:-600}" -o "$out" \
  env "NODE=$node" TAP_TIMEOUT=400 bash -c "$SCRIPT" v2vm-tests "$@" </dev/null >"$out/console" || {
  status=$?
  tail -n 20 "$out/console"
  # The last test may have failed: that is told below. Anything else is the machine's fault.
  [ "$status" -eq 1 ] || exit 100
}

failed=0
for test in "$@"; do
  report=$out/$(basename "$test")
  echo "# $test on cgroup v2"
  cat "$report"
  if [ ! -f "$report.ok" ] || ! grep -E '^ok [0-9]+' "$report" | grep -qv '# SKIP'; then
    echo "not ok - $test on cgroup v2"
    failed=$((failed + 1))
  fi
done
exit "$failed"
