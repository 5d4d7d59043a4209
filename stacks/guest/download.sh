# shellcheck shell=bash
# Fetching objects from Cloud Storage with the machine's own identity.

STORAGE=${STORAGE_EMULATOR_HOST:-https://storage.googleapis.com}
[[ $STORAGE == http*://* ]] || STORAGE=http://$STORAGE
STORAGE=${STORAGE%/}

# download BUCKET OBJECT FILE: fetches one object; what is there of FILE is kept and only the rest is asked for. A refusal
# for lack of permission is asked again too: a role given a moment ago takes minutes to arrive.
download() {
  local bucket=$1 object=$2 file=$3 try code ended url
  url="$STORAGE/storage/v1/b/$(url_escape "$bucket")/o/$(url_escape "$object")?alt=media"
  for try in 1 2 3 4 5 6 7 8; do
    # The token goes in by standard input: arguments can be read by every process of the machine.
    ended=0
    code=$(printf 'header = "Authorization: Bearer %s"\n' "$(access_token)" |
      curl -sS -f -K - -C - --connect-timeout 20 --speed-limit 1024 --speed-time 60 -o "$file" -w '%{http_code}' "$url") || ended=$?
    if ((ended == 0)); then return 0; fi
    # Nothing is left to ask for: an earlier run has fetched it to the end. Whoever wants it checks it anyway.
    if [[ $code == 416 && -s $file ]]; then return 0; fi
    echo "download of $object, try $try: HTTP $code, curl $ended"
    # 33: the server sent the whole instead of the rest.
    if ((ended == 33)); then rm -f "$file"; fi
    if [[ $code == 404 && $try -ge 2 ]]; then return 1; fi
    pause "$try"
  done
  return 1
}

# url_escape TEXT: every byte but letters, digits and -_.~ as %XX.
url_escape() {
  local LC_ALL=C text=$1 i char byte
  for ((i = 0; i < ${#text}; i++)); do
    char=${text:i:1}
    case $char in
      [a-zA-Z0-9._~-]) printf '%s' "$char" ;;
      *)
        printf -v byte %d "'$char"
        # Older bash counts bytes above 127 as negative numbers.
        printf '%%%02X' $((byte & 255))
        ;;
    esac
  done
}
