#!/bin/sh
# What demo-load.c does, as far as a shell can, for machines without a C compiler: the same arguments, the same log. Memory is
# kept in a variable, a mapping is not to be had. With DEMO_LOG=- lines go to standard output. It ends soon after the process that
# started it.
name=$1 verb=$2 first=${3:-0} second=${4:-0}
parent=$PPID

say() {
  case $DEMO_LOG in
  '') ;;
  # A runtime adds the rest.
  -) echo "$*" ;;
  *) echo "$(date -u +%Y-%m-%dT%H:%M:%S).000000000Z stdout F $*" >>"$DEMO_LOG" ;;
  esac
}

# In a container of its own there is nobody above it.
alone() {
  [ "$parent" -ne 0 ] && [ ! -d "/proc/$parent" ]
}

rest() {
  sleep "$1"
  ! alone || exit 0
}

memory=
take() {
  memory=$memory$(head -c "$1" /dev/zero | tr '\0' x)
}

idle() {
  while :; do rest 5; done
}

say "$name: started"
case $verb in
steady)
  take "$second"
  # A turn is about a millisecond of a slow machine's CPU time.
  while :; do
    turn=0
    while [ $turn -lt "$first" ]; do turn=$((turn + 1)); done
    rest 1
  done
  ;;
leak)
  while :; do
    take $((first / 60))
    rest 1
  done
  ;;
balloon)
  rest "$first"
  for _ in 1 2 3 4; do take $((second / 4)); done
  idle
  ;;
crash)
  for _ in $(seq "$first"); do rest 1; done
  say 'panic: no configuration'
  exit "$second"
  ;;
burn) while ! alone; do turn=0; while [ $turn -lt 100000 ]; do turn=$((turn + 1)); done; done ;;
forks)
  while :; do
    for _ in $(seq "$first"); do sleep 0.2 & done
    rest 1
    wait
  done
  ;;
chatty)
  number=0
  while :; do
    for _ in $(seq "$first"); do
      say "GET /v1/orders/$number 200"
      number=$((number + 1))
    done
    rest 1
  done
  ;;
heap)
  take "$first"
  idle
  ;;
idle | mappings) idle ;;
*) echo "demo-load: unknown verb $verb" >&2; exit 2 ;;
esac
