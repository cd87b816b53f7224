# First process of an instance: runs user data once, then waits. PODIUM_USER_DATA holds it at the first boot only. A reboot
# ends all other processes and runs the scripts that cloud-init runs at each boot; SIGUSR1 asks for it, as a shell can not trap a
# SIGHUP that was ignored when it began (a server under nohup).
PODIUM_INIT=$$
cloud=/var/lib/cloud
stop() {
  trap - TERM
  kill $(jobs -p) 2>/dev/null
  exit "$1"
}
# Asks the server for the next reboot with what the image has to ask with; the answer comes when it is time.
listen() {
  command -v kill >/dev/null || return
  server=${AWS_EC2_METADATA_SERVICE_ENDPOINT#http://}
  while :; do
    if command -v bash; then
      answer=$(bash -c 'exec 3<>"/dev/tcp/${1%:*}/${1##*:}" || exit
        printf "GET /podium/reboot HTTP/1.0\r\nHost: %s\r\n\r\n" "$1" >&3
        read -r -d "" -t 3600 all <&3; echo "$all"' - "$server")
    elif command -v wget; then
      answer=$(wget -q -T 3600 -O - "http://$server/podium/reboot")
    elif command -v curl; then
      answer=$(curl -s -m 3600 "http://$server/podium/reboot")
    else
      return
    fi
    case $answer in *rebooting*) break ;; esac
    sleep 1
  done >/dev/null 2>&1
  kill -USR1 "$PODIUM_INIT"
}
# The group of a container's first process is all of its processes: for process 1, -1 is everybody else.
reboot() {
  echo 'podium: rebooting'
  rebooted=yes
  trap '' TERM
  kill -TERM -$$
  trap 'stop 143' TERM
  sleep 1
  tries=0
  while [ $$ = 1 ] && kill -0 -1 2>/dev/null && [ $tries -lt 30 ]; do
    tries=$((tries + 1))
    sleep 1
  done
  [ $$ != 1 ] || kill -KILL -1 2>/dev/null
  listen &
  (cd / && for script in "$cloud"/scripts/per-boot/*; do [ ! -x "$script" ] || "$script"; done) &
}
trap 'stop 143' TERM INT
trap 'stop 0' USR2
trap reboot USR1
mkdir -p "$cloud/bin" "$cloud/instance" "$cloud/scripts/per-boot" 2>/dev/null
for name in shutdown poweroff halt; do
  [ -f "$cloud/bin/$name" ] || printf '#!/bin/sh\nkill -USR2 %s\n' "$PODIUM_INIT" > "$cloud/bin/$name"
  chmod 755 "$cloud/bin/$name"
done
PATH=$cloud/bin:$PATH
export PATH
listen &
case $PODIUM_USER_DATA in
'') ;;
'#!'*)
  script=$cloud/instance/user-data.txt
  printf '%s\n' "$PODIUM_USER_DATA" > "$script"
  unset PODIUM_USER_DATA
  chmod 700 "$script"
  (cd / && exec "$script") &
  wait $!
  code=$?
  [ $code = 0 ] || [ -n "$rebooted" ] || echo "podium: user data ended with exit status $code" ;;
*) echo 'podium: user data does not begin with #! and is not run' ;;
esac
while :; do
  sleep 3600 &
  wait $!
done
