# shellcheck shell=bash
# The copied directory (COPY_DIR_PATH): pulled from the bucket, checked, and put into place. src/copy/README.md is the
# contract with the other end. A new copy wins over what is here; a mere reboot only brings back what is missing.

PARALLEL_SHARDS=8

duty_files() {
  # Names are bytes.
  export LC_ALL=C
  local sum destination work same=0 changed_here
  files_wanted >"$STATE/files-tried"
  if [[ -z $(metadata cp-files-manifest) ]]; then skip 'no files to copy'; fi
  need zstd zstd
  sum=$(metadata cp-files-sha256)
  destination=$ROOT$(clean_destination "$(metadata cp-files-destination)")
  check_mounts "${destination#"$ROOT"}"
  prepare_work "$destination" "$sum"
  if [[ $(cat "$STATE/files/copy") == "$sum $destination" ]]; then same=1; fi
  changed_here=$(plan_changes "$work" "$same")
  if [[ -s $work/conflict ]]; then give_up "$(head -n 1 "$work/conflict")"; fi
  if [[ $same == 0 || -n $(cat "$work"/{fetch,links,modes,directories,gone}) ]]; then
    fill_stage "$work"
    put_into_place "$work" "$destination"
    remember_copy "$work" "$sum" "$destination"
  fi
  detail "$(sum_up "$work" "$changed_here")"
  rm -rf "$work"
}

# files_wanted: what decides whether this is a new copy.
files_wanted() {
  printf '%s %s %s\n' "$(metadata cp-files-manifest)" "$(metadata cp-files-sha256)" "$(metadata cp-files-destination)"
}

# clean_destination PATH: prints an absolute path without empty parts, or refuses.
clean_destination() {
  local path=$1
  while [[ $path == *//* ]]; do path=${path//\/\//\/}; done
  path=${path%/}
  if [[ $path != /* || $path/ == */../* || $path/ == */./* || $path == *[[:cntrl:]]* ]]; then
    give_up "the destination '$1' is not an absolute path of a directory"
  fi
  printf '%s' "$path"
}

# check_mounts DESTINATION: files for a volume that is not mounted would fill the boot disk, and be hidden by it later.
check_mounts() {
  local path disks
  disks=$(metadata cp-local-ssd-count)
  {
    if [[ ${disks:-0} != 0 ]]; then echo /mnt/localssd; fi
    { metadata cp-gcs-mounts && echo && metadata cp-nfs-mounts && echo; } | sed -n 's/^[^\t]*\t//p'
  } | while IFS= read -r path; do
    if [[ $1/ == "${path%/}"/* ]] && ! mountpoint -q "$ROOT$path"; then
      give_up "the destination $1 lies on $path, which is not mounted"
    fi
  done
}

# prepare_work DESTINATION SUM: sets `work`, a folder on the destination's own file system, so that files can be moved
# into place at once, and fills it with what is wanted, what was put there the last time, and what is there now.
prepare_work() {
  local destination=$1 sum=$2 real own
  mkdir -p "$destination" "$STATE/files" || give_up "$destination cannot be made"
  real=$(realpath "$destination")
  # A name of our own: several machines may have the same destination, on a share.
  own=cluster-provision-$(about_me instance/name)
  work=${real%/*}/.${real##*/}.$own
  if [[ $(stat -c %d "$real") != $(stat -c %d "${real%/*}/") ]]; then work=$real/.$own; fi
  mkdir -p "$work/shards"
  chmod 0700 "$work"
  # Shards of an earlier try are gone on with; their names say what is in them.
  rm -rf "$work/tree" "$work/unpacked" "$work/manifest"
  [[ -f $STATE/files/copy ]] || : >"$STATE/files/copy"

  if ! [[ -f $STATE/files/manifest ]] || ! has_sum "$STATE/files/manifest" "$sum"; then
    download "$(metadata cp-files-bucket)" "$(metadata cp-files-manifest)" "$work/manifest" ||
      give_up "the manifest $(metadata cp-files-manifest) could not be fetched"
    has_sum "$work/manifest" "$sum" || give_up 'the manifest is not the one that cp-files-sha256 names: refused'
    mv -f "$work/manifest" "$STATE/files/manifest"
  fi
  check_manifest "$STATE/files/manifest" "$work/rows" "$work/shard-list" >"$work/refusal" ||
    give_up "refused: $(cat "$work/refusal")"

  : >"$work/placed"
  echo 0 >"$work/placed-at"
  if [[ $(cat "$STATE/files/copy") == *" $destination" ]]; then
    cp "$STATE/files/placed" "$work/placed"
    cp "$STATE/files/placed-at" "$work/placed-at"
  fi
  find "$real/" -mindepth 1 \( -samefile "$work" -prune \) -o -printf '%y\t%s\t%T@\t%m\t%P\0' |
    sed -z 's|\n|//|g' | tr '\0' '\n' >"$work/have"
}

has_sum() {
  [[ $(sha256sum <"$1") == "$2 "* ]]
}

# fill_stage WORK: makes WORK/tree with everything that is to be put into place, each file checked by its sha256.
fill_stage() {
  local work=$1 tree=$1/tree target name row
  mkdir -p "$tree" "$work/unpacked"
  sed -n '/^D/p' "$work/rows" | names "$tree/" 5 | xargs -0 -r mkdir -p --
  check_space "$work"
  plan_shards "$work"
  pull_shards "$work"
  check_files "$work"
  set_modes "$tree" <"$work/fetch"
  while IFS= read -r row; do
    one_name "$(cut -f 6- <<<"$row")"
    printf -v target %b "$(cut -f 5 <<<"$row")"
    ln -s -- "$target" "$tree/$name"
  done <"$work/links"
}

check_space() {
  local need have
  # Shards and files are both there for a while; what is not compressible needs its size twice.
  need=$(awk -F '\t' '{ sum += $3 } END { printf "%.0f", 2 * sum }' "$1/fetch")
  have=$(df -B1 --output=avail "$1" | tail -n 1)
  if ((need > have)); then give_up "no space left on device: $(human "$need") needed, $(human "$have") free at ${1%/*}"; fi
}

# plan_shards WORK: writes WORK/shards-needed, lines of the shard list, and WORK/parts, lines `shard offset name`.
plan_shards() {
  WORK=$1 awk -F '\t' '
    BEGIN { printf "" >(ENVIRON["WORK"] "/parts") }
    FILENAME ~ /shard-list$/ {
      line[$1] = $0
      bytes[$1] = $3
      part[$1] = $4 ~ /\.part\.zst$/
      next
    }
    {
      count = split($5, index_of, ",")
      offset = 0
      name = $0
      for (i = 0; i < 5; i++) name = substr(name, index(name, "\t") + 1)
      for (i = 1; i <= count; i++) {
        needed[index_of[i]] = 1
        if (part[index_of[i]]) printf "%s\t%.0f\t%s\n", index_of[i], offset, name >(ENVIRON["WORK"] "/parts")
        offset += bytes[index_of[i]]
      }
    }
    END { for (i in needed) print line[i] }' "$1/shard-list" "$1/fetch" >"$1/shards-needed"
}

# pull_shards WORK: several side by side; the first that fails ends the duty, when those under way have ended.
pull_shards() {
  local number sum bytes object running=0 failed=0
  while IFS=$'\t' read -r number sum bytes object; do
    if ((running == PARALLEL_SHARDS)); then
      wait -n || failed=1
      running=$((running - 1))
    fi
    if ((failed)); then break; fi
    pull_shard "$1" "$number" "$sum" "$bytes" "$object" &
    running=$((running + 1))
  done <"$1/shards-needed"
  for ((; running > 0; running--)); do wait -n || failed=1; done
  if ((failed)); then exit 1; fi
}

# pull_shard WORK NUMBER SHA256 BYTES OBJECT: fetches one shard, unpacks it, checks what came out, and only then uses it.
pull_shard() {
  local work=$1 number=$2 sum=$3 bytes=$4 object=$5 packed=$1/shards/$3 unpacked=$1/unpacked/$2 try
  for try in 1 2; do
    download "$(metadata cp-files-bucket)" "$object" "$packed" || give_up "$object could not be fetched"
    # Never more than was promised, whatever the archive would unpack to.
    zstd -q -d -c <"$packed" | head -c "$((bytes + 1))" >"$unpacked" || true
    if has_sum "$unpacked" "$sum"; then break; fi
    # The rest of another packing of the same bytes, or rubbish: once more from the beginning.
    rm -f "$packed"
    if ((try == 2)); then give_up "$object does not hold what the manifest says: refused"; fi
  done
  if [[ $object == *.tar.zst ]]; then
    tar -x -f "$unpacked" -C "$work/tree" --no-same-owner -p -m || give_up "$object could not be unpacked"
  else
    write_parts "$work" "$number" "$unpacked"
  fi
  rm -f "$unpacked"
}

write_parts() {
  local work=$1 number offset name row
  grep -a "^$2"$'\t' "$work/parts" | while IFS= read -r row; do
    offset=$(cut -f 2 <<<"$row")
    one_name "$(cut -f 3- <<<"$row")"
    dd if="$3" of="$work/tree/$name" bs=1M seek="$offset" oflag=seek_bytes conv=notrunc status=none ||
      give_up "$name could not be written"
  done
}

# check_files WORK: what came out of the shards is exactly what the manifest says: plain files with these sums, and nothing
# beside them. Parts were checked one by one before they were written; to read all of a large file again would take as
# long again.
check_files() {
  local work=$1 cpus piece more wrong
  [[ -s $work/fetch ]] || return 0
  more=$(find "$work/tree" -mindepth 1 -printf '%y\t%P\0' | sed -z 's|\n|//|g' | tr '\0' '\n' | awk -F '\t' '
    FNR == NR {
      name = $0
      for (i = 0; i < 5; i++) name = substr(name, index(name, "\t") + 1)
      kind[name] = tolower($1)
      next
    }
    kind[substr($0, 3)] != $1 && more == "" { more = substr($0, 3) }
    END { print more }' "$work/rows" -)
  if [[ -n $more ]]; then give_up "$more came out of an archive, and is not what the manifest has there: refused"; fi
  cpus=$(nproc)
  rm -f "$work"/{list,sums}.*
  awk -F '\t' '$5 !~ /,/' "$work/fetch" >"$work/whole"
  names '' 5 <"$work/whole" >"$work/list"
  split -t '\0' -n "r/$cpus" "$work/list" "$work/list."
  for piece in "$work"/list.*; do
    (cd "$work/tree" && xargs -0 -r sha256sum -z -- <"$piece" >"$work/sums.${piece##*.}") &
  done
  # A file that is missing shows below, by its name.
  wait
  wrong=$(cat "$work"/sums.* | sed -z 's|\n|//|g' | tr '\0' '\n' | awk -F '\t' '
    FNR == NR {
      name = $0
      for (i = 0; i < 5; i++) name = substr(name, index(name, "\t") + 1)
      sum[name] = $4
      next
    }
    sum[substr($0, 67)] == substr($0, 1, 64) { delete sum[substr($0, 67)] }
    END { for (name in sum) { print name; exit } }' "$work/whole" -)
  if [[ -n $wrong ]]; then give_up "$wrong did not arrive as the manifest says: refused"; fi
}

# set_modes TREE <ROWS: the modes of these files or directories, one call for all that have the same.
set_modes() {
  local rows mode
  rows=$(cat)
  while read -r mode; do
    sed -n "/^.\t$mode\t/p" <<<"$rows" | names "$1/" 5 | xargs -0 -r chmod "$mode" --
  done < <(cut -f 2 <<<"$rows" | sort -u | sed '/^$/d')
}

# put_into_place WORK DESTINATION: as one rename where nothing is there yet, else file by file, each by a rename.
put_into_place() {
  local work=$1 destination=$2
  if [[ -s $work/have || -L $destination || $work == "$destination"/* ]] || ! move_at_once "$work" "$destination"; then
    names "$destination/" 0 <"$work/gone" | xargs -0 -r rm -f --
    # Children before parents; what holds files of somebody else stays.
    sort -r "$work/gone-directories" | names "$destination/" 0 | xargs -0 -r rmdir -- 2>/dev/null || true
    names "$destination/" 0 <"$work/directories" | xargs -0 -r mkdir -p --
    move_files "$work" "$destination"
    set_modes "$destination" <"$work/modes"
    sed -n '/^D/p' "$work/rows" | set_modes "$destination"
  fi
  sync -f "$destination" || true
}

# move_at_once WORK DESTINATION: fails where the destination is not empty any more.
move_at_once() {
  chmod --reference="$2" "$1/tree" &&
    sed -n '/^D/p' "$1/rows" | set_modes "$1/tree" &&
    mv -T "$1/tree" "$2"
}

# move_files WORK DESTINATION: all files of one directory with one command.
move_files() {
  local work=$1 destination=$2 path directory last=''
  local -a batch=()
  while IFS= read -r -d '' path; do
    directory=./$path
    directory=${directory%/*}
    if ((${#batch[@]} == 500)) || [[ $directory != "$last" && ${#batch[@]} -gt 0 ]]; then
      mv -f -t "$destination/$last" -- "${batch[@]}"
      batch=()
    fi
    last=$directory
    batch+=("$work/tree/$path")
  done < <(cat "$work/fetch" "$work/links" | by_directory | names '' 0)
  if ((${#batch[@]} > 0)); then mv -f -t "$destination/$last" -- "${batch[@]}"; fi
}

# by_directory <ROWS: the names, those of one directory together.
by_directory() {
  awk '
    {
      for (i = 0; i < 5; i++) $0 = substr($0, index($0, "\t") + 1)
      directory = $0
      if (!sub(/\/[^\/]*$/, "", directory)) directory = ""
      line[NR] = $0
      if (directory in newest) following[newest[directory]] = NR
      else first[++count] = NR
      newest[directory] = NR
    }
    END { for (i = 1; i <= count; i++) for (n = first[i]; n; n = following[n]) print line[n] }'
}

# remember_copy WORK SUM DESTINATION: the last line names the copy; until it is there, files are fetched again.
remember_copy() {
  cp "$1/rows" "$STATE/files/placed.new"
  date +%s.%N >"$STATE/files/placed-at"
  mv -f "$STATE/files/placed.new" "$STATE/files/placed"
  echo "$2 $3" >"$STATE/files/copy.new"
  mv -f "$STATE/files/copy.new" "$STATE/files/copy"
  sync -f "$STATE/files" || true
}

# sum_up WORK CHANGED_HERE: what the machine has now.
sum_up() {
  local files bytes fetched gone text
  read -r files bytes < <(awk -F '\t' '$1 == "F" { files++; bytes += $3 } END { printf "%d %.0f\n", files, bytes }' "$1/rows")
  fetched=$(wc -l <"$1/fetch")
  gone=$(wc -l <"$1/gone")
  text="$(counted "$files" file), $(human "$bytes")"
  if ((fetched < files && fetched > 0)); then text+="; $fetched fetched"; fi
  if ((gone > 0)); then text+="; $gone removed"; fi
  if (($2 > 0)); then text+="; $2 changed on this machine, left as they are"; fi
  printf '%s' "$text"
}

# human BYTES: 1234567 is 1.2 MB.
human() {
  awk -v bytes="$1" 'BEGIN {
    split("B kB MB GB TB PB", unit, " ")
    for (i = 1; bytes >= 1000 && i < 6; i++) bytes /= 1000
    printf i == 1 ? "%d %s" : "%.1f %s", bytes, unit[i]
  }'
}
