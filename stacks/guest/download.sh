# shellcheck shell=bash
# Fetching objects from Cloud Storage with the machine's own identity.

STORAGE=${STORAGE_EMULATOR_HOST:-https://storage.googleapis.com}
[[ $STORAGE == http*://* ]] || STORAGE=http://$STORAGE
STORAGE=${STORAGE%/}

# download BUCKET OBJECT FILE [BYTES]: fetches one object. With BYTES a part that is there already is kept and only the
# rest is asked for. A refusal for lack of permission is asked again: a role given a moment ago takes minutes to arrive.
download() {
  local bucket=$1 object=$2 file=$3 bytes=${4:-} try code have url
  url="$STORAGE/storage/v1/b/$(url_escape "$bucket")/o/$(url_escape "$object")?alt=media"
  for try in 1 2 3 4 5 6 7 8; do
    have=$(stat -c %s "$file" 2>/dev/null || echo 0)
    if [[ -n $bytes && $have == "$bytes" ]]; then return 0; fi
    if [[ -z $bytes || $have -gt $bytes ]]; then rm -f "$file"; fi
    # The token goes in by standard input: arguments can be read by every process of the machine.
    code=$(printf 'header = "Authorization: Bearer %s"\n' "$(access_token)" |
      curl -sS -f -K - -C - --connect-timeout 20 --speed-limit 1024 --speed-time 60 -o "$file" -w '%{http_code}' "$url") && return 0
    echo "download of $object, try $try: HTTP $code"
    case $code in
      # 200 to a request for a range, or 416: this server cannot go on where we stopped, so begin again.
      200 | 416) rm -f "$file" ;;
      404) if [[ $try -ge 2 ]]; then return 1; fi ;;
    esac
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
