# Starts a function's extensions and its runtime, reports how the runtime ended, and starts it again when it ended
# only because the server was away. For bash and for busybox's ash.

. /podium/env
podium_base=${PODIUM_CODE%/code}
podium_kind='@START@'
podium_children=
unset PODIUM_CODE

# podium_ask METHOD PATH SECONDS: puts the first line of the answer into podium_answer; fails unless the server took it.
# Not every busybox has a time limit for wget: there the server's own limits hold.
if [ -n "${BASH_VERSION:-}" ]; then
  podium_path=${podium_base#http://}
  podium_address=${podium_path%%/*}
  podium_path=/${podium_path#*/}
  podium_ask() {
    {
      {
        printf '%s %s/%s HTTP/1.0\r\nHost: %s\r\n\r\n' "$1" "$podium_path" "$2" "$podium_address" >&9
        IFS= read -r -t "$3" podium_line <&9 || return 1
        case $podium_line in *' 20'?' '*) ;; *) return 1 ;; esac
        while IFS= read -r -t "$3" podium_line <&9; do
          case $podium_line in ?) break ;; esac
        done
        podium_answer=
        IFS= read -r -t "$3" podium_answer <&9
        return 0
      } 9<>"/dev/tcp/${podium_address%:*}/${podium_address##*:}"
    } 2>/dev/null
  }
  podium_pause() { sleep 0.2 2>/dev/null || eval 'read -r -t 0.2 <> <(:)'; }
else
  podium_ask() {
    if [ "$1" = POST ]; then
      podium_answer=$(/podium/busybox wget -q -O - --post-data x "$podium_base/$2" 2>/dev/null)
    else
      podium_answer=$(/podium/busybox wget -q -O - "$podium_base/$2" 2>/dev/null)
    fi
  }
  podium_pause() { /podium/busybox sleep 0.2; }
fi

# How often the kernel has killed a process of this container for want of memory.
podium_count_oom() {
  podium_oom=0
  for podium_file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
    if [ -r "$podium_file" ]; then
      while read -r podium_key podium_value; do
        [ "$podium_key" = oom_kill ] && podium_oom=$podium_value
      done <"$podium_file"
      return 0
    fi
  done
}

podium_stop() {
  trap '' TERM INT
  kill -TERM $podium_children 2>/dev/null
  wait
  exit 143
}
trap podium_stop TERM INT

# The runtime is told to start only when every extension has registered, as in AWS.
podium_extensions() {
  podium_count=0
  for podium_file in /opt/extensions/*; do
    if [ -f "$podium_file" ] && [ -x "$podium_file" ]; then
      "$podium_file" </dev/null &
      podium_children="$podium_children $!"
      podium_count=$((podium_count + 1))
    fi
  done
  [ "$podium_count" -eq 0 ] || podium_ask GET "extensions?count=$podium_count" 15
}

cd /var/task
if [ "$podium_kind" = ENTRYPOINT ] && [ -x /lambda-entrypoint.sh ]; then
  set -- /lambda-entrypoint.sh "${_HANDLER:-}"
elif [ "$podium_kind" = ENTRYPOINT ] && [ -s /var/runtime/bootstrap ] && [ -x /var/runtime/bootstrap ]; then
  set -- /var/runtime/bootstrap
elif [ -x /var/task/bootstrap ]; then
  set -- /var/task/bootstrap
elif [ -x /opt/bootstrap ]; then
  set -- /opt/bootstrap
else
  echo 'podium: neither /var/task/bootstrap nor /opt/bootstrap can be run' >&2
  until podium_ask POST 'exit?status=127&oom=0&error=Runtime.InvalidEntrypoint' 10; do podium_pause; done
  exit 127
fi

while :; do
  podium_extensions
  podium_count_oom
  podium_before=$podium_oom
  "$@" </dev/null &
  podium_runtime=$!
  podium_children="$podium_children $podium_runtime"
  wait "$podium_runtime"
  podium_status=$?
  podium_count_oom
  podium_more=0
  [ "$podium_oom" -gt "$podium_before" ] && podium_more=1
  if podium_ask POST "exit?status=$podium_status&oom=$podium_more" 10; then
    [ "$podium_answer" = restart ] || podium_again=no
  else
    until podium_ask GET alive 10; do podium_pause; done
  fi
  kill -TERM ${podium_children% *} 2>/dev/null # extensions; the runtime is the last of them
  podium_children=
  [ "${podium_again:-yes}" = yes ] || exit "$podium_status"
done
