# shellcheck shell=bash
# Reading the manifest of a copy; src/copy/README.md has its format. Inside these duties a file name is a text of one
# line: its bytes as they are, but `//` for a newline, which no relative path can hold otherwise.

# check_manifest FILE ROWS SHARDS: refuses a manifest that is not whole or that could reach out of the destination. Writes
# ROWS, lines `type mode size sha256 shards name` (a link has its escaped target for shards), and SHARDS, lines
# `index sha256 bytes object`.
check_manifest() {
  ROWS=$2 SHARDS=$3 LC_ALL=C awk -F '\t' '
    function refuse(why) { print "line " NR " of the manifest: " why; bad = 1; exit 1 }
    # Only bytes that cannot be written may be escaped: so no escape can become a dot or a slash.
    function check_escapes(text) {
      gsub(/\\\\/, "", text)
      gsub(/\\0(00[1-7]|0[1-3][0-7]|177|[23][0-7][0-7])/, "", text)
      if (text ~ /\\/ || text ~ /[\001-\037\177]/) refuse("a name with a wrong escape")
    }
    function check_path(path, mode, parent) {
      check_escapes(path)
      if (path ~ /(^|\/)(\.\.?)?(\/|$)/) refuse("a path that is not below the destination")
      parent = path
      if (!sub(/\/[^\/]*$/, "", parent)) parent = ""
      if (!(parent in directory)) refuse("a path whose parent is no directory")
      if (path in seen) refuse("a path that comes twice")
      seen[path] = 1
      if (mode !~ /^0[0-7][0-7][0-7]$/) refuse("a mode that is not allowed")
    }
    function check_target(path, target, depth, part, count, i) {
      check_escapes(target)
      if (target == "" || target ~ /^\//) refuse("a link out of the destination")
      depth = split(path, part, "/") - 1
      count = split(target, part, "/")
      for (i = 1; i <= count; i++) {
        if (part[i] == "..") depth--
        else if (part[i] != "" && part[i] != ".") depth++
        if (depth < 0) refuse("a link out of the destination")
      }
    }
    function check_shards(list, size, index_of, count, i, sum) {
      count = split(list, index_of, ",")
      sum = 0
      for (i = 1; i <= count; i++) {
        if (index_of[i] !~ /^[0-9]+$/ || index_of[i] + 0 >= shards) refuse("a shard that is not there")
        if ((count > 1) != (index_of[i] in part_shard)) refuse("a file in a shard of the wrong kind")
        if (count > 1) sum += part_shard[index_of[i]]
      }
      if (count > 1 && sum != size) refuse("a file of another size than its parts have")
    }
    function name(text, out, at, code) {
      out = ""
      while ((at = index(text, "\\")) > 0) {
        out = out substr(text, 1, at - 1)
        if (substr(text, at + 1, 1) == "\\") {
          out = out "\\"
          text = substr(text, at + 2)
        } else {
          code = substr(text, at + 2, 1) * 64 + substr(text, at + 3, 1) * 8 + substr(text, at + 4, 1)
          out = out (code == 10 ? "//" : sprintf("%c", code))
          text = substr(text, at + 5)
        }
      }
      return out text
    }
    function row(type, mode, size, sum, extra, path) {
      print type "\t" mode "\t" size "\t" sum "\t" extra "\t" name(path) >ENVIRON["ROWS"]
    }
    BEGIN {
      files = bytes = directories = shards = bad = 0
      directory[""] = 1
      printf "" >ENVIRON["ROWS"]
      printf "" >ENVIRON["SHARDS"]
    }
    NR == 1 {
      if ($0 != "#cluster-provision-files 1") refuse("not a manifest of version 1")
      next
    }
    /^#(files|bytes|directories) [0-9]+$/ {
      split($0, head, " ")
      said[head[1]] = head[2]
      next
    }
    $1 == "S" && NF == 4 && $2 ~ /^[0-9a-f]+$/ && length($2) == 64 && $3 ~ /^[0-9]+$/ {
      if ($4 ~ /\.part\.zst$/) part_shard[shards] = $3
      else if ($4 !~ /\.tar\.zst$/) refuse("a shard of an unknown kind")
      print shards "\t" $2 "\t" $3 "\t" $4 >ENVIRON["SHARDS"]
      shards++
      next
    }
    $1 == "D" && NF == 3 {
      check_path($3, $2)
      directory[$3] = 1
      directories++
      row("D", $2, 0, "-", "-", $3)
      next
    }
    $1 == "F" && NF == 6 && $3 ~ /^[0-9]+$/ && $4 ~ /^[0-9a-f]+$/ && length($4) == 64 {
      check_path($6, $2)
      check_shards($5, $3)
      files++
      bytes += $3
      row("F", $2, $3, $4, $5, $6)
      next
    }
    $1 == "L" && NF == 3 {
      check_path($2, "0777")
      check_target($2, $3)
      row("L", "0777", 0, "-", $3, $2)
      next
    }
    { refuse("not understood") }
    END {
      if (bad) exit 1
      if (said["#files"] != files || said["#bytes"] != sprintf("%.0f", bytes) || said["#directories"] != directories) {
        print "the manifest has other numbers than its head says"
        exit 1
      }
    }' "$1"
}

# plan_changes WORK SAME: compares WORK/rows (wanted) with WORK/placed (what the last copy put there) and WORK/have (what
# is there, lines `type size time mode name`, with the time of the last copy in WORK/placed-at), and writes into WORK what
# is to do: fetch, links, modes (rows); directories, gone, gone-directories (names); conflict (texts). SAME=1: the same
# copy again; then files that were changed on this machine are left as they are. Prints how many those are.
plan_changes() {
  WORK=$1 SAME=$2 LC_ALL=C awk -F '\t' '
    function last(line, columns) {
      while (columns-- > 0) line = substr(line, index(line, "\t") + 1)
      return line
    }
    function refuse(name, why) { print "/" name " on this machine " why >(work "/conflict") }
    function changed(name) { return size[name] != placed_size[name] || time[name] + 0 > placed_at }
    BEGIN {
      work = ENVIRON["WORK"]
      same = ENVIRON["SAME"]
      changed_here = 0
      split("fetch links modes directories gone gone-directories conflict", list, " ")
      for (i in list) printf "" >(work "/" list[i])
      getline placed_at <(work "/placed-at")
      placed_at += 0
    }
    step == "have" {
      name = last($0, 4)
      type[name] = $1
      size[name] = $2
      time[name] = $3
      mode[name] = $4
      next
    }
    step == "placed" {
      name = last($0, 5)
      placed[name] = $1
      placed_size[name] = $3
      placed_as[name] = $4 "\t" $5
      placed_sum[name] = $4
      next
    }
    {
      name = last($0, 5)
      wanted[name] = $1
      is = type[name]
      was = placed[name]
    }
    $1 == "D" {
      if (is == "d") next
      print name >(work "/directories")
      if (is == "") next
      if (was == "F" || was == "L") print name >(work "/gone")
      else refuse(name, "is in the way of a directory")
      next
    }
    is == "d" {
      if (was == "D") print name >(work "/gone-directories")
      else refuse(name, "is a directory, and in the way of a file")
    }
    $1 == "L" {
      if (is != "l" || was != "L" || placed_as[name] != $4 "\t" $5) print >(work "/links")
      next
    }
    {
      if (is == "f" && was == "F" && placed_sum[name] == $4 && (same || !changed(name))) {
        if (changed(name)) changed_here++
        else if (mode[name] + 0 != $2 + 0 && !same) print >(work "/modes")
      } else {
        print >(work "/fetch")
      }
    }
    END {
      for (name in placed) {
        if (name in wanted) continue
        if (placed[name] == "D") print name >(work "/gone-directories")
        else if (placed[name] == "L" && type[name] == "l") print name >(work "/gone")
        # A file that was changed here since is the work of somebody on this machine, and stays.
        else if (placed[name] == "F" && type[name] == "f" && !changed(name)) print name >(work "/gone")
      }
      print changed_here
    }' step=have "$1/have" step=placed "$1/placed" step=rows "$1/rows"
}

# names PREFIX COLUMNS: the names on standard input, behind so many columns, each with PREFIX before it, ended by NUL.
names() {
  PREFIX=$1 COLUMNS=$2 LC_ALL=C awk '
    {
      for (i = 0; i < ENVIRON["COLUMNS"]; i++) $0 = substr($0, index($0, "\t") + 1)
      print ENVIRON["PREFIX"] $0
    }' | tr '\n' '\0' | sed -z 's|//|\n|g'
}

# one_name NAME: sets `name`, the real name behind a name of one line.
one_name() {
  # shellcheck disable=SC2034 # the caller's
  name=${1//'//'/$'\n'}
}
