u=${PODIUM_CODE#http://} a=${PODIUM_CODE#http://} k=script ok=
a=${a%%/*}
type -P tar >/dev/null && k=tar
while [[ -z $ok ]]; do
  {
    {
      printf 'GET /%s?format=%s HTTP/1.0\r\nHost: %s\r\n\r\n' "${u#*/}" "$k" "$a" >&3
      IFS= read -r -t 300 s <&3
      if [[ $s == *' 200 '* ]]; then
        while IFS= read -r l <&3 && (( ${#l} > 1 )); do :; done
        if [[ $k == tar ]]; then
          tar -xpf - -C / <&3 && [[ -e /podium/start ]] && ok=1
        else
          "$BASH" -s <&3 && [[ -e /podium/loaded ]] && ok=1
        fi
      fi
    } 3<>"/dev/tcp/${a%:*}/${a##*:}" 2>&4
  } 4>&2 2>/dev/null
  [[ -n $ok ]] || sleep 0.1 2>/dev/null || read -rt 0.1 <> <(:)
done
unset u a k s l ok
. /podium/start
