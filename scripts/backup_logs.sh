#!/bin/sh
# Copies the day files (logs and results) and one whole copy of the database to a folder, and removes what is too old there.
#
# The database is never copied as a file: what was committed last is in its log, and both change while the service works. So the running
# service makes the copy (ai-ticketctl backup), and without it sqlite3 does, which refuses while another process has the database.
# Logs and results hold ticket numbers and summaries, the database too: the target is made for its owner only (0700). A ticket that is
# erased (ai-ticketctl erase) stays in backups until these are removed.
set -eu
umask 077
PATH=$PATH:/usr/local/bin # where make install puts ai-ticketctl, and cron does not look

usage() {
	cat <<'TEXT'
usage: backup_logs.sh [--logs FOLDER] [--store FILE] [--socket PATH] [--keep DAYS] TARGET

  TARGET          folder for the backup, made when missing: TARGET/logs and TARGET/store
  --logs FOLDER   log.dir (default /var/log/ai-ticketd)
  --store FILE    store.path (default /var/lib/ai-ticketd/state.db)
  --socket PATH   the service's socket (default: where ai-ticketctl looks)
  --keep DAYS     remove older files from TARGET (default 30); the newest copy of the database always stays

Run it as root or as the service's user, once a day: from cron or a systemd timer. Exit status: 0 all was copied, 1 something was not.
A copy of a database of several GB takes the service longer than a minute: then the first run says that it made none yet, and the copy stays
beside the database until the next one.
To restore: stop the service, put TARGET/store/state_TIME.db in the place of the database, remove its -wal and -shm, give the file to the
service's user (chown --reference=FOLDER FILE, with the folder of the database), start, and erase again what was erased since.
TEXT
}

refuse() {
	echo "backup_logs.sh: $*" >&2
	exit 2
}

status=0
complain() {
	echo "backup_logs.sh: $*" >&2
	status=1
}

logs=/var/log/ai-ticketd store=/var/lib/ai-ticketd/state.db socket='' keep=30 target=''
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help) usage; exit 0 ;;
	--logs | --store | --socket | --keep)
		[ $# -ge 2 ] || refuse "$1: a value is required; see --help"
		case $1 in
		--logs) logs=$2 ;;
		--store) store=$2 ;;
		--socket) socket=$2 ;;
		--keep) keep=$2 ;;
		esac
		shift ;;
	-*) refuse "$1: unknown option; see --help" ;;
	*)
		[ -z "$target" ] || refuse "$1: one target only; see --help"
		target=$1 ;;
	esac
	shift
done
[ -n "$target" ] || refuse "a target folder is required; see --help"
case $keep in
'' | *[!0-9]* | 0*) refuse "--keep: a number of days from 1 on is required, not \"$keep\"" ;;
esac
[ -d "$logs" ] || refuse "--logs: there is no folder $logs"
for folder in "$target/logs" "$target/store"; do
	[ ! -d "$folder" ] || [ -f "$target/.lock" ] || refuse "$folder is there, and not by a backup: choose another target"
done
mkdir -p "$target/logs" "$target/store" || refuse "$target: cannot be made"
logs=$(cd -P "$logs" && pwd)
target=$(cd -P "$target" && pwd)
case $target/ in
"$logs"/*) refuse "the target must not lie in the log folder" ;;
esac

exec 9>"$target/.lock"
flock -n 9 || refuse "$target: another backup is under way"
rm -f "$target"/logs/.part "$target"/store/.part

# Under its name a file is whole. No link is followed: who may write to the log folder must not have other files read for him.
copy() { # FROM TO
	part=${2%/*}/.part
	if [ -L "$1" ] || [ ! -f "$1" ]; then
		complain "$1: is not a regular file, and was left out"
		return
	fi
	if cp -P -p "$1" "$part" && [ -f "$part" ] && [ ! -L "$part" ] && sync "$part" && mv -f "$part" "$2"; then
		chmod 600 "$2"
		return
	fi
	rm -f "$part"
	complain "$1: could not be copied to $2"
}

# Names that the service gives, and no other: YYYYMMDD.log, YYYYMMDD_2.log, results_YYYYMMDD_HHMMSS.json, and .bak, .bak.1 behind them.
day_files() { # FOLDER
	find "$1" -maxdepth 1 -name '[0-9]*.log*' -o -maxdepth 1 -name 'results_*.json*' | sed -n \
		-e '/\/[0-9]\{8\}\(_[0-9]\{1,6\}\)\{0,1\}\.log\(\.bak\(\.[0-9]\{1,6\}\)\{0,1\}\)\{0,1\}$/p' \
		-e '/\/results_[0-9]\{8\}_[0-9]\{6\}\(_[0-9]\{1,6\}\)\{0,1\}\.json\(\.bak\(\.[0-9]\{1,6\}\)\{0,1\}\)\{0,1\}$/p'
}

# What is there with the same time and size is not copied again.
is_same() {
	[ -f "$2" ] && [ "$(stat -c '%Y %s' "$1")" = "$(stat -c '%Y %s' "$2")" ]
}

# The day in the name, which no copying changes, is one of those that are kept.
is_kept() {
	day=$(printf '%s\n' "${1##*/}" | sed 's/^[a-z_]*\([0-9]\{8\}\).*/\1/')
	[ ! "$day" -lt "$before" ]
}

copy_day_files() {
	day_files "$logs" >"$target/.files"
	while IFS= read -r file; do
		! is_kept "$file" || is_same "$file" "$target/logs/${file##*/}" || copy "$file" "$target/logs/${file##*/}"
	done <"$target/.files"
	rm -f "$target/.files"
}

# Prints the path of a copy that the running service made. 3: no service answers.
ask_service() {
	answer=$(ai-ticketctl ${socket:+--socket "$socket"} --json backup) || return $?
	path=$(printf '%s\n' "$answer" | sed -n 's/.*"path":"\(\/[^"\\]*\)".*/\1/p')
	[ -n "$path" ] && printf '%s\n' "$path"
}

copy_without_service() {
	[ -f "$store" ] || { complain "$store: there is no database; name it with --store"; return; }
	if ! command -v sqlite3 >/dev/null; then
		complain "the service does not answer, and there is no sqlite3 to copy its database: start it, or install sqlite3"
		return
	fi
	rm -f "$target/store/.part"
	if sqlite3 -bail -cmd ".timeout 1000" "$store" "VACUUM INTO '$(printf %s "$target/store/.part" | sed "s/'/''/g")'" &&
		sync "$target/store/.part" && mv -f "$target/store/.part" "$1"; then
		return
	fi
	rm -f "$target/store/.part"
	complain "$store: could not be copied"
}

# The path that the service tells is believed only where it is the expected one: root reads and removes what is there.
copy_store() {
	name=$target/store/state_$(date -u +%Y%m%d_%H%M%S).db
	code=0
	made=$(ask_service 2>"$target/.why") || code=$?
	if [ "$code" -eq 0 ] && [ "$made" != "$(realpath -m "$store").backup" ]; then
		complain "the service's database is not $store: its copy is $made; name the database with --store"
	elif [ "$code" -eq 0 ]; then
		copy "$made" "$name"
		rm -f "$made"
	elif [ "$code" -eq 3 ] || [ "$code" -eq 127 ]; then
		copy_without_service "$name"
	else
		complain "the service made no copy of its database yet: $(cat "$target/.why")"
	fi
	rm -f "$target/.why"
}

# Names that copy_store gives, and no other.
copies() {
	find "$target/store" -maxdepth 1 -name 'state_*.db' | sed -n '/\/state_[0-9]\{8\}_[0-9]\{6\}\.db$/p' | sort
}

remove_old() {
	newest=$(copies | tail -1)
	{
		day_files "$target/logs"
		copies
	} >"$target/.files"
	while IFS= read -r file; do
		[ "$file" = "$newest" ] || is_kept "$file" || rm -f "$file"
	done <"$target/.files"
	rm -f "$target/.files"
}

before=$(date -u -d "$keep days ago" +%Y%m%d)
copy_day_files
copy_store
[ "$status" -ne 0 ] || remove_old
exit $status
