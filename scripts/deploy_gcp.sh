#!/bin/sh
# Deploys ai-ticketd as a job of Google Cloud Run that works off the waiting tickets and ends, and has Cloud Scheduler start it.
# Not run against a real Google Cloud so far: what it would call is tested with a stand-in for gcloud.
#
# The secrets must be in Secret Manager before, each under the name of its option with dashes: zendesk-api-token (or
# zendesk-client-secret), llm-api-key:
#
#     printf %s "$TOKEN" | gcloud secrets create zendesk-api-token --data-file=-
#
# The account that runs the job must be allowed to read them (roles/secretmanager.secretAccessor).
set -eu

usage() {
	cat <<'TEXT'
usage: scripts/deploy_gcp.sh --project ID --region REGION --image IMAGE --subdomain NAME --email ADDRESS [option...]

  --project ID           Google Cloud project
  --region REGION        such as europe-west1
  --image IMAGE          in a registry that the project can read: REGION-docker.pkg.dev/ID/REPOSITORY/ai-ticketd:0.1.0-1
  --subdomain NAME       of the Zendesk account
  --email ADDRESS        of the agent that the secret zendesk-api-token belongs to; or
  --client-id NAME       the OAuth client that the secret zendesk-client-secret belongs to
  --write                let it write to Zendesk; without this it runs in shadow mode
  --limit N              tickets per run (default 50, 0 = all)
  --schedule CRON        start it by Cloud Scheduler: "*/15 * * * *"; without this, start it by hand
  --service-account SA   that runs the job, and that the scheduler starts it as: it needs the role run.invoker on the job
  --job NAME             name of the job (default ai-ticketd)
  --dry-run              print what would be called, call nothing
TEXT
}

refuse() {
	echo "deploy_gcp.sh: $*" >&2
	exit 2
}

project='' region='' image='' subdomain='' email='' client='' mode=shadow limit=50 schedule='' account='' job=ai-ticketd dry=no
while [ $# -gt 0 ]; do
	case $1 in
	--write) mode=writing ;;
	--dry-run) dry=yes ;;
	-h | --help) usage; exit 0 ;;
	--project | --region | --image | --subdomain | --email | --client-id | --limit | --schedule | --service-account | --job)
		[ $# -ge 2 ] || refuse "$1: a value is required; see --help"
		case $1 in
		--project) project=$2 ;;
		--region) region=$2 ;;
		--image) image=$2 ;;
		--subdomain) subdomain=$2 ;;
		--email) email=$2 ;;
		--client-id) client=$2 ;;
		--limit) limit=$2 ;;
		--schedule) schedule=$2 ;;
		--service-account) account=$2 ;;
		--job) job=$2 ;;
		esac
		shift ;;
	*) refuse "$1: unknown argument; see --help" ;;
	esac
	shift
done

# Values stand in lists that gcloud splits at commas, so only plain ones are let through.
plain() { # OPTION VALUE PATTERN-OF-WHAT-IS-NOT-ALLOWED
	[ -n "$2" ] || refuse "$1 is missing; see --help"
	case $2 in
	*$3* | -*) refuse "$1: \"$2\" has characters that are not expected there" ;;
	esac
}
plain --project "$project" '[!a-z0-9:.-]'
plain --region "$region" '[!a-z0-9-]'
plain --image "$image" '[!a-zA-Z0-9._:/@-]'
plain --subdomain "$subdomain" '[!a-zA-Z0-9-]'
plain --limit "$limit" '[!0-9]'
plain --job "$job" '[!a-z0-9-]'
[ -z "$account" ] || plain --service-account "$account" '[!a-zA-Z0-9.@-]'
[ -z "$schedule" ] || plain --schedule "$schedule" '[!0-9*/, -]'
# The minutes: runs closer than the timeout of a run would meet, each with a database of its own.
case ${schedule%% *} in
'' | [0-9] | [0-9][0-9] | '*/15' | '*/20' | '*/30') ;;
*) refuse "--schedule: \"$schedule\" may start a run while another works: give one minute of the hour, or */15, */20 or */30" ;;
esac
[ -z "$schedule" ] || [ -n "$account" ] || refuse "--schedule needs --service-account: the scheduler starts the job as somebody"
if [ -n "$client" ]; then
	[ -z "$email" ] || refuse "--email and --client-id: choose one"
	plain --client-id "$client" '[!a-zA-Z0-9_-]'
	login=ZENDESK_CLIENT_ID=$client secret=zendesk-client-secret variable=ZENDESK_CLIENT_SECRET_FILE
else
	plain --email "$email" '[!a-zA-Z0-9.@_+-]'
	login=ZENDESK_EMAIL=$email secret=zendesk-api-token variable=ZENDESK_API_TOKEN_FILE
fi

[ "$dry" = yes ] || command -v gcloud >/dev/null || refuse "gcloud is not there: https://cloud.google.com/sdk/docs/install"

quoted() {
	for word in "$@"; do
		case $word in
		*[!a-zA-Z0-9._:/=,@+-]*) printf " '%s'" "$word" ;; # no quote can be in it: see plain()
		*) printf ' %s' "$word" ;;
		esac
	done
	echo
}

call() {
	if [ "$dry" = yes ]; then
		printf 'would call:'
		quoted gcloud "$@"
	else
		gcloud "$@"
	fi
}

cat <<'TEXT'
A job of Cloud Run has no disk: the database lies in memory and is lost when a run ends. Each run begins without it:
  * Zendesk remembers what was done (the tag ai_processed), so no ticket is written twice.
  * In shadow mode every run decides, and pays for, the same tickets again.
  * A ticket that was decided and not yet written is decided again.
  * ai-ticketctl history, explain, undo, report and the statistics know nothing of earlier runs; only the log in Cloud Logging does.
  * Erased tickets are not remembered, so they may be analysed again; a ticket that crashes the process is never quarantined; answers of
    the model are not reused; tickets that rules classified in an outage are not analysed again.
  * An emergency stop ends with the run: delete the schedule, or set AI_TICKETD_WRITES=off.
For any of that, run the service on a machine with a disk, or in Kubernetes.
TEXT

# One task, never again by itself: what failed is found again by the next run. A run is stopped after 10 minutes, before the schedule starts
# the next one; nothing keeps a person from starting two.
call run jobs deploy "$job" "--project=$project" "--region=$region" "--image=$image" --tasks=1 --parallelism=1 --max-retries=0 \
	--task-timeout=600s --cpu=1 --memory=512Mi "--args=--once,--limit,$limit" \
	--add-volume=name=state,type=in-memory,size-limit=128Mi --add-volume-mount=volume=state,mount-path=/var/lib/ai-ticketd \
	"--set-env-vars=AI_TICKETD_MODE=$mode,ZENDESK_SUBDOMAIN=$subdomain,$login,$variable=/secrets/zendesk/secret,OPENAI_API_KEY_FILE=/secrets/llm/secret" \
	"--set-secrets=/secrets/zendesk/secret=$secret:latest,/secrets/llm/secret=llm-api-key:latest" ${account:+"--service-account=$account"}

if [ -z "$schedule" ]; then
	echo "Start it: gcloud run jobs execute $job --project=$project --region=$region --wait"
	exit 0
fi
verb=create
[ "$dry" = yes ] || ! gcloud scheduler jobs describe "$job" "--project=$project" "--location=$region" >/dev/null 2>&1 || verb=update
call scheduler jobs "$verb" http "$job" "--project=$project" "--location=$region" "--schedule=$schedule" --http-method=POST \
	--max-retry-attempts=0 "--uri=https://run.googleapis.com/v2/projects/$project/locations/$region/jobs/$job:run" \
	"--oauth-service-account-email=$account"
