# Shared by the launchers; they set $home (the directory that has lib/) before reading this, and $archive after. POSIX sh.

if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
else
  java=$(command -v java 2>/dev/null)
fi
if [ -z "$java" ] || [ ! -x "$java" ]; then
  if [ -n "${JAVA_HOME:-}" ]; then
    echo "flags: there is no Java at JAVA_HOME ($JAVA_HOME)" >&2
  else
    echo "flags: no Java found. Install a Java runtime, 17 or newer, or point JAVA_HOME at one." >&2
  fi
  exit 1
fi

# Java understands arguments only in the locale's encoding. It gets a UTF-8 locale, and is told what the caller's can show.
locale=${LC_ALL:-${LC_CTYPE:-${LANG:-C}}}
case $(uname) in
  Darwin | CYGWIN* | MINGW* | MSYS*) charset= ;;
  *)
    case $locale in
      *[Uu][Tt][Ff]-8* | *[Uu][Tt][Ff]8*) charset=UTF-8 ;;
      C | POSIX) charset=US-ASCII ;;
      *) charset=$(locale charmap 2>/dev/null || echo US-ASCII) ;;
    esac
    export LC_ALL=C.UTF-8
    ;;
esac

# As the user would type it again, for messages that say what to type.
typed=$0
[ "$(command -v flags 2>/dev/null)" != "$0" ] || typed=flags

# Silent about archives that do not fit: such a warning would stand on standard output, among the data.
fast='-Xshare:auto -Xlog:disable -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData'

# One archive for each Java, place and build. The JVM ignores an archive of other jars, but it tells jars by size and time, and
# these have the same time in every build.
archive_name() {
  { printf '%s\n' "$home" "$java"; cksum "$home"/lib/flags-*.jar; } | cksum | tr ' ' '-'
}

usable_archive() {
  [ -f "$archive" ] && [ ! "$java" -nt "$archive" ]
}

require_java() {
  version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  if [ "${version:-0}" -lt 17 ] 2>/dev/null; then
    echo "flags: $java is version ${version:-unknown}; 17 or newer is needed. Point JAVA_HOME at one." >&2
    exit 1
  fi
}

# Replaces this shell.
start() {
  # shellcheck disable=SC2086
  exec "$java" $fast "-XX:SharedArchiveFile=$archive" ${FLAGS_JAVA_OPTIONS:-} "-Dflags.charset=$charset" \
    "-Dflags.command=$typed" -cp "$home/lib/*" dev.flags.cli.Main "$@"
}

# Returns.
run() {
  # shellcheck disable=SC2086
  "$java" $fast ${FLAGS_JAVA_OPTIONS:-} "-Dflags.charset=$charset" "-Dflags.command=$typed" -cp "$home/lib/*" dev.flags.cli.Main "$@"
}

# Runs the usual verbs on a store in a temporary directory and keeps the classes that they took. Costs a few seconds, once.
make_archive() {
  # shellcheck disable=SC2086
  if "$java" $fast "-XX:ArchiveClassesAtExit=$archive.$$" -cp "$home/lib/*" dev.flags.cli.StartupTraining \
    >/dev/null 2>&1 </dev/null && [ -f "$archive.$$" ]; then
    mv -f -- "$archive.$$" "$archive" 2>/dev/null
  else
    rm -f -- "$archive.$$" 2>/dev/null
  fi
}
