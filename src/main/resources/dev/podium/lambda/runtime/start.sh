# Starts a function's extensions and its runtime, reports how the runtime ended, and starts it again when it ended
# only because the server was away. For bash and for busybox's ash.

. /podium/env
podium_base=${PODIUM_CODE%/code}
podium_kind='@START@'
unset PODIUM_CODE

# Ruby takes no folder for temporary files that everybody may write to and that isn't sticky, as volumes are.
case ${AWS_EXECUTION_ENV:-} in
  AWS_Lambda_ruby*) [ -k /tmp ] || [ -n "${TMPDIR:-}" ] || { mkdir -p -m 700 /tmp/ruby && export TMPDIR=/tmp/ruby; } ;;
esac

# podium_ask METHOD PATH SECONDS: puts the first line of the answer into podium_answer; fails unless the server took it.
# Not every busybox has a time limit for wget: there the server's own limits hold.
# podium_reach: whether the server can be reached, within a moment. Behind a Service that still points to a server's
# dead pod, an attempt to connect hangs for minutes, and bash has no limit for it: so another process makes it first.
# podium_try: podium_ask of a server that may be away.
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
  podium_reach() {
    (echo "$BASHPID" && exec 9<>"/dev/tcp/${podium_address%:*}/${podium_address##*:}" && echo up) 2>/dev/null | {
      read -r podium_asker
      read -r -t 0.5 podium_line || { kill -KILL "$podium_asker" 2>/dev/null; false; }
    }
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
  podium_reach() {
    /podium/busybox wget -q -O /dev/null "$podium_base/alive" 2>/dev/null &
    podium_asker=$!
    { /podium/busybox sleep 2 && kill -KILL "$podium_asker"; } 2>/dev/null &
    podium_guard=$!
    wait "$podium_asker" && kill "$podium_guard"
  }
  podium_pause() { /podium/busybox sleep 0.2; }
fi
podium_try() { podium_reach && podium_ask "$@"; }

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

# Tells the server the most memory that the processes beside this shell have used, in KiB, as often as it wants to know:
# each request waits there until then. It may want a fence written behind what the function has written.
podium_memory() {
  read -r podium_self podium_rest </proc/self/stat
  podium_fence=0
  while :; do
    podium_peak=0
    for podium_file in /proc/[0-9]*; do
      case ${podium_file#/proc/} in "$$" | "$podium_self") continue ;; esac
      while read -r podium_key podium_value podium_rest; do
        case $podium_key in VmHWM:) podium_peak=$((podium_peak + podium_value)) && break ;; esac
      done <"$podium_file/status"
    done 2>/dev/null
    if podium_ask GET "memory?peak=$podium_peak&fence=$podium_fence" 86400; then
      case $podium_answer in
        fence\ *) podium_fence=${podium_answer#fence } && printf '\037fence\037%s\n' "$podium_fence" ;;
      esac
    else
      for podium_file in 1 2 3 4 5; do podium_pause; done
    fi
  done
}

# podium_escape TEXT: makes podium_escaped of it, for a URL.
podium_escape() {
  local LC_ALL=C # byte by byte
  podium_rest=$1 podium_escaped=
  while [ -n "$podium_rest" ]; do
    podium_tail=${podium_rest#?}
    podium_char=${podium_rest%"$podium_tail"}
    case $podium_char in
      [A-Za-z0-9._-]) podium_escaped=$podium_escaped$podium_char ;;
      *) podium_escaped=$podium_escaped$(printf '%%%02X' "'$podium_char") ;;
    esac
    podium_rest=$podium_tail
  done
}

# podium_extension FILE NUMBER: runs an extension to its end and reports it. Without the variables that AWS keeps for
# the runtime. Its lines are marked, since telemetry tells them from the function's, and go where the function writes
# nothing: else they would come in the midst of lines that it writes in pieces.
podium_extension() {
  podium_why=
  {
    (
      unset AWS_EXECUTION_ENV AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_XRAY_CONTEXT_MISSING
      unset AWS_XRAY_DAEMON_ADDRESS LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT _AWS_XRAY_DAEMON_ADDRESS _AWS_XRAY_DAEMON_PORT
      unset _HANDLER
      exec "$1" </dev/null
    ) &
    podium_process=$!
    echo "$podium_process" >"/podium/extension.$2"
    wait "$podium_process"
    podium_status=$?
    if [ ! -x "$1" ]; then
      podium_why='&why=permission%20denied'
    elif [ "$podium_status" -eq 126 ]; then
      podium_why='&why=exec%20format%20error'
    elif [ "$podium_status" -eq 127 ]; then
      podium_why='&why=no%20such%20file%20or%20directory'
    fi
    podium_escape "${1##*/}"
    podium_try POST "extension?run=$podium_run&name=$podium_escaped&status=$podium_status$podium_why" 5
  } 2>&1 | while IFS= read -r podium_line || [ -n "$podium_line" ]; do
    printf '\037extension\037%s\n' "$podium_line" >&2
  done
}

# The runtime is told to start only when every extension has registered, as in AWS.
podium_run=0
podium_count=0
podium_extensions() {
  podium_run=$((podium_run + 1))
  podium_count=0
  podium_names=
  for podium_file in /opt/extensions/*; do
    if [ -f "$podium_file" ]; then
      podium_escape "${podium_file##*/}"
      podium_names=$podium_names${podium_names:+/}$podium_escaped
      podium_count=$((podium_count + 1))
    fi
  done
  [ "$podium_count" -gt 0 ] || return 0
  podium_ask POST "extensions?run=$podium_run&names=$podium_names" 10
  podium_number=0
  for podium_file in /opt/extensions/*; do
    if [ -f "$podium_file" ]; then
      podium_number=$((podium_number + 1))
      podium_extension "$podium_file" "$podium_number" &
    fi
  done
  podium_ask GET "extensions?count=$podium_count" 40
}

# Gives the extensions time to end by themselves: they have their SHUTDOWN event from the server. $1 pauses of 0.2 s.
podium_end_extensions() {
  podium_tries=$1
  podium_number=1
  while [ "$podium_number" -le "$podium_count" ]; do
    podium_process=
    read -r podium_process 2>/dev/null <"/podium/extension.$podium_number"
    if [ -n "$podium_process" ] && kill -0 "$podium_process" 2>/dev/null; then
      if [ "$podium_tries" -gt 0 ]; then
        podium_tries=$((podium_tries - 1))
        podium_pause
        continue
      fi
      kill -KILL "$podium_process" 2>/dev/null
    fi
    podium_number=$((podium_number + 1))
  done
}

podium_runtime=
podium_stop() {
  trap '' TERM INT
  if [ -n "$podium_runtime" ]; then
    kill -TERM "$podium_runtime" 2>/dev/null
  fi
  podium_end_extensions 11
  [ -z "$podium_runtime" ] || wait "$podium_runtime"
  exit 143
}
trap podium_stop TERM INT

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
  until podium_try POST 'exit?status=127&oom=0&error=Runtime.InvalidEntrypoint' 10; do podium_pause; done
  exit 127
fi

while :; do
  podium_extensions
  podium_count_oom
  podium_before=$podium_oom
  "$@" </dev/null 2>&1 &
  podium_runtime=$!
  podium_memory &
  podium_watch=$!
  wait "$podium_runtime"
  podium_status=$?
  podium_runtime=
  { kill -KILL "$podium_watch" && wait "$podium_watch"; } 2>/dev/null # says nothing of the kill that way
  podium_count_oom
  podium_more=0
  [ "$podium_oom" -gt "$podium_before" ] && podium_more=1
  if podium_try POST "exit?status=$podium_status&oom=$podium_more" 10; then
    if [ "$podium_answer" != restart ]; then
      podium_end_extensions 11
      exit "$podium_status"
    fi
  else
    until podium_try GET alive 10; do podium_pause; done
  fi
  podium_end_extensions 0 # they knew the server that is gone
done
