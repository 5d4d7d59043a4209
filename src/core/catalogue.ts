/** One row of the catalogue: exit code (docs/exit-codes.md), HTTP status, what is wrong, what to do next. */
export interface FaultRow {
  exit: number;
  status: number;
  text: string;
  fix: string;
}

/**
 * Every expected failure. The key is the code: stable, documented, tested. Exit codes are those of
 * docs/exit-codes.md. Texts are lower case, without a full stop, and hold the wrong value; `fix` is the one next step.
 */
export const catalogue = {
  // 2: bad input; no cloud call was made
  OPTIONS_WRONG: {
    exit: 2,
    status: 400,
    text: '{count} of the options cannot be used:\n{list}',
    fix: 'correct the lines above; `cluster-provision --help` and docs/variables.md list every option',
  },
  ENV_FILE_UNREADABLE: {
    exit: 2,
    status: 400,
    text: 'the env file {path} cannot be read: {reason}',
    fix: 'give --env-file a file that exists; `cluster-provision env > env.list` writes an example',
  },
  ZONE_LACKS_TYPE: {
    exit: 2,
    status: 400,
    text: 'ZONE: {why}, so {type} cannot be had in {zone}',
    fix: 'choose one of these zones: {offers}',
  },
  MACHINE_TYPE_CHANGED: {
    exit: 2,
    status: 400,
    text: 'VM_TYPE: Google says that {type} carries {live}; this version knows it with {known}',
    fix: 'use a newer version of the image, or choose another VM_TYPE',
  },
  IMAGE_NOT_FOUND: {
    exit: 2,
    status: 404,
    text: '{option}: {image} does not exist in project {project}, or Google has retired it',
    fix: 'the nearest that exists: {near}',
  },
  IMAGE_WRONG_PROCESSOR: {
    exit: 2,
    status: 400,
    text: 'image {image} is made for {has}, but {type} has an {wants} processor',
    fix: 'choose an image for {wants} with IMAGE_FAMILY_NAME',
  },
  DISK_TOO_SMALL: {
    exit: 2,
    status: 400,
    text: 'DISK_SIZE_GB: {size} GB is too small for image {image}, which needs {needed} GB',
    fix: 'set DISK_SIZE_GB to at least {needed}',
  },
  RESERVATION_UNFIT: {
    exit: 2,
    status: 400,
    text: 'RESERVATION_NAME: {reservation} in {zone} cannot be used: {reason}',
    fix: 'check it with `gcloud compute reservations list`, then correct RESERVATION_NAME, ZONE, VM_TYPE or INSTANCE_COUNT',
  },
  FLEX_START_FIXED: {
    exit: 2,
    status: 400,
    text: 'INSTANCE_COUNT: {deployment} has {machines} and cannot have {wanted}: a flex-start cluster keeps its size',
    fix: 'set INSTANCE_COUNT={existing}, use another NAME_PREFIX, or run `{command}` first',
  },
  CLUSTER_STAYS: {
    exit: 2,
    status: 409,
    text: 'CLEANUP_ON_EXIT: {deployment} exists and was made to stay, so this run may not take it away when it ends',
    fix: 'use another NAME_PREFIX, leave CLEANUP_ON_EXIT out, or run `{command}` first',
  },
  NO_DEPLOYMENT: {
    exit: 2,
    status: 404,
    text: 'there is no deployment {deployment} in project {project}',
    fix: 'check NAME_PREFIX, PROJECT_ID and GCS_PATH, or run `{command}`',
  },
  MACHINE_UNKNOWN: {
    exit: 2,
    status: 404,
    text: 'there is no machine {machine} in {deployment}',
    fix: 'choose one of its machines: {machines}',
  },
  SSH_MISSING: {
    exit: 2,
    status: 500,
    text: 'ssh is not on this machine: there is no program of that name on the PATH',
    fix: 'install an OpenSSH client (Debian and Ubuntu: `apt-get install openssh-client`), or use the container image, which has one',
  },
  USER_NAMELESS: {
    exit: 2,
    status: 500,
    text: 'ssh does not run for user {uid}, who has no entry in /etc/passwd',
    fix: 'in a container add `-v /etc/passwd:/etc/passwd:ro`, or leave --user away; elsewhere run as a user that has a name',
  },
  TERRAFORM_MISSING: {
    exit: 2,
    status: 500,
    text: 'terraform {wanted} is not on this machine and could not be fetched: {reason}',
    fix: 'install Terraform 1.5 or newer (https://developer.hashicorp.com/terraform/install) so that `terraform version` works',
  },
  TERRAFORM_TOO_OLD: {
    exit: 2,
    status: 500,
    text: '{file} is version {version}; {wanted} or newer is needed',
    fix: 'install a newer Terraform or OpenTofu, or take the old one off the PATH so that a pinned one is fetched',
  },
  WORK_DIRECTORY_UNUSABLE: {
    exit: 2,
    status: 500,
    text: 'the work directory {path} cannot be used: {reason}',
    fix: 'mount a writable directory with at least 512 MiB free there, or point --work-dir at one',
  },
  BUCKET_NOT_FOUND: {
    exit: 2,
    status: 404,
    text: 'GCS_PATH: the bucket {bucket} does not exist',
    fix: 'make it (`gcloud storage buckets create gs://{bucket} --project {project} --location {region}`), or leave GCS_PATH out so that one is made',
  },
  BUCKET_NAME_TAKEN: {
    exit: 2,
    status: 409,
    text: 'a bucket cannot be made for project {project}: strangers have the names {names}',
    fix: 'make one with a name of your own and set GCS_PATH=gs://YOUR-BUCKET',
  },
  BUCKET_NOT_UNIFORM: {
    exit: 2,
    status: 412,
    text: 'the bucket {bucket} has no uniform bucket-level access, so machines cannot be allowed to read the copied files alone',
    fix: 'run `gcloud storage buckets update gs://{bucket} --uniform-bucket-level-access` (ACLs of its objects no longer count then), or choose another bucket with GCS_PATH',
  },
  SANDBOX_FAULTS_WRONG: {
    exit: 2,
    status: 400,
    text: 'SANDBOX_FAULTS: {path} is not a plan of faults:\n{reason}',
    fix: 'correct the lines above; docs/sandbox.md lists every rule',
  },
  SANDBOX_UNUSABLE: {
    exit: 2,
    status: 500,
    text: 'the sandbox in {dir} cannot be used: {reason}',
    fix: 'delete {dir} to begin with an empty cloud, or point SANDBOX_DIR at another folder',
  },

  // 10 – 14: who you are, what you may do
  NO_CREDENTIALS: {
    exit: 10,
    status: 401,
    text: 'no Google Cloud credentials were found: {reason}',
    fix: 'run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a key file or to a configuration of workload identity federation, or run on a machine with a service account; a container needs the first two mounted: -v ~/.config/gcloud:/gcloud:ro',
  },
  CREDENTIALS_EXPIRED: {
    exit: 10,
    status: 401,
    text: 'the Google Cloud login has expired: {reason}',
    fix: 'run `gcloud auth application-default login` and start again',
  },
  IDENTITY_UNKNOWN: {
    exit: 10,
    status: 401,
    text: 'nobody knows to whom the credentials belong ({who}), and OS Login needs an e-mail address',
    fix: 'run `gcloud auth application-default login`, or use a service account',
  },
  PROJECT_NOT_FOUND: {
    exit: 11,
    status: 404,
    text: 'PROJECT_ID: project {project} does not exist, or these credentials may not see it',
    fix: 'check the spelling of PROJECT_ID, or ask its owner for roles/viewer',
  },
  PERMISSION_DENIED: {
    exit: 11,
    status: 403,
    text: '{who} may not {what} in project {project}: missing {permissions}',
    fix: 'ask the owner of {project} to grant them; docs/permissions.md has a role with just what is needed',
  },
  LOGIN_DENIED: {
    exit: 11,
    status: 403,
    text: '{who} may not log in to {machine}: {reason}',
    fix: 'have the owner of {project} run {commands}',
  },
  BUCKET_DENIED: {
    exit: 11,
    status: 403,
    text: '{who} may not {what} the bucket {bucket}: missing {permissions}',
    fix: 'set GCS_PATH=gs://BUCKET to one that you may write to, or have the owner run `gcloud projects add-iam-policy-binding {project} --member={member} --role=roles/storage.admin`',
  },
  QUOTA_PROJECT_DENIED: {
    exit: 11,
    status: 403,
    text: 'these credentials may not count their calls against the project that they name for it: {reason}',
    fix: 'run `gcloud auth application-default set-quota-project {project}`, or have its owner grant roles/serviceusage.serviceUsageConsumer',
  },
  SERVICE_ACCOUNT_UNKNOWN: {
    exit: 11,
    status: 400,
    text: 'the account of the machines does not exist, or is disabled: {reason}',
    fix: 'correct SERVICE_ACCOUNT, or leave it out so that one is made',
  },
  API_DISABLED: {
    exit: 12,
    status: 403,
    text: 'these APIs are switched off in project {project}: {apis}',
    fix: 'run `gcloud services enable {apis} --project {project}`, or set ENABLE_APIS=yes',
  },
  BILLING_DISABLED: {
    exit: 13,
    status: 403,
    text: 'project {project} has no active billing account',
    fix: 'link one at https://console.cloud.google.com/billing/linkedaccount?project={project}',
  },
  POLICY_VIOLATED: {
    exit: 14,
    status: 412,
    text: 'an organisation policy forbids this: {policy}',
    fix: 'choose an option that the policy allows (PUBLIC_IP=no needs no external address), or ask its administrator',
  },
  BUCKET_POLICY: {
    exit: 14,
    status: 412,
    text: 'an organisation policy forbids the bucket {bucket}: {policy}',
    fix: 'make a bucket that the policy allows and set GCS_PATH=gs://YOUR-BUCKET',
  },

  // 20 – 26: quota, capacity, state
  QUOTA_SHORT: {
    exit: 20,
    status: 429,
    text: 'the quota of project {project} is too small:\n{list}',
    fix: 'ask for more at https://console.cloud.google.com/iam-admin/quotas?project={project}, or ask for less (INSTANCE_COUNT, VM_TYPE, DISK_SIZE_GB)',
  },
  ZONE_STOCKED_OUT: {
    exit: 21,
    status: 503,
    text: 'no zone has room for {what} now: {zones}',
    fix: 'run the same command later, add zones to ZONE, or try PROVISIONING_MODEL=flex-start to wait in line',
  },
  LOCK_HELD: {
    exit: 23,
    status: 409,
    text: 'deployment {deployment} is locked by {who} since {since} ({age} ago), doing {operation}',
    fix: 'wait for that run to end; if it is dead, run `cluster-provision unlock` and then the same command again',
  },
  UNLOCK_FAILED: {
    exit: 24,
    status: 500,
    text: 'the work is done, but the lock of {deployment} could not be taken off: {reason}',
    fix: 'run `cluster-provision unlock` before the next action',
  },
  STATE_NOT_SAVED: {
    exit: 25,
    status: 500,
    text: 'the state of {deployment} could not be saved to the bucket: {reason}; it is kept in {path}',
    fix: 'keep that file and run the same command again: it is pushed first',
  },
  STATE_CHANGED: {
    exit: 26,
    status: 409,
    text: 'the state of {deployment} belongs to somebody else, or was changed behind us: {reason}',
    fix: 'see who else works on it, then run the same command again; where it is not yours, choose another NAME_PREFIX or another directory in GCS_PATH',
  },
  NAME_TAKEN: {
    exit: 26,
    status: 409,
    text: 'NAME_PREFIX: {prefix} cannot be used in project {project}: {list} of somebody else',
    fix: 'choose another NAME_PREFIX; if they are left over from this program, `{command}` shows whose they are',
  },

  // 30 – 40: something was made
  CREATE_FAILED: {
    exit: 30,
    status: 500,
    text: 'the cluster could not be created: {reason}',
    fix: 'mend what the first line says and run the same command again',
  },
  PLACEMENT_REFUSED: {
    exit: 30,
    status: 400,
    text: 'the machines cannot be placed close together: {reason}',
    fix: 'set PLACEMENT=none, or ask for fewer machines (INSTANCE_COUNT), and run the same command again',
  },
  RESOURCES_REMAIN: {
    exit: 31,
    status: 500,
    text: '{resources} of {deployment} still there: {list}',
    fix: 'run `{command}`',
  },
  MACHINES_UNUSABLE: {
    exit: 33,
    status: 500,
    text: '{count} of {machines} up but not usable: {list}',
    fix: 'read the lines above, mend the cause, then run the same command again; to take everything away run `{command}`',
  },
  MACHINE_DOWN: {
    exit: 33,
    status: 409,
    text: '{machine} cannot be reached: {reason}',
    fix: 'run `{command}` to see how the machines are; create starts or replaces those that are gone',
  },
  PORT_CLOSED: {
    exit: 33,
    status: 503,
    text: 'nothing answers on port {port} of {machine}: it is still booting, or no firewall rule lets us in',
    fix: 'see with `{command}` whether it has booted; if it has, run create with SSH_SOURCE_RANGES=35.235.240.0/20 (the default), which lets Identity-Aware Proxy in',
  },
  HOST_KEY_WRONG: {
    exit: 33,
    status: 502,
    text: 'what answers is not {machine}: its host key is not the one that {machine} has told Google',
    fix: 'do not go on; see with `{command}` what happened there, and delete the machine when in doubt: the group makes a new one',
  },
  COPY_FAILED: {
    exit: 34,
    status: 500,
    text: 'the directory {path} could not be copied: {reason}',
    fix: 'mend what the line says and run the same command again; nothing already uploaded is sent twice',
  },
  COPY_REFUSED: {
    exit: 2,
    status: 400,
    text: 'COPY_DIR_PATH: {entries} of {path} cannot be copied:\n{list}',
    fix: 'remove them, replace links by what they point at, or choose another directory',
  },
  TERRAFORM_FAILED: {
    exit: 40,
    status: 502,
    text: 'terraform {verb} stopped with exit code {code}: {reason}',
    fix: 'read the log at {log}, then run the same command again',
  },
  GOOGLE_FAILED: {
    exit: 40,
    status: 502,
    text: '{what} was refused by Google Cloud: {reason}',
    fix: 'read the reason; run the same command again when it is mended',
  },

  TUNNEL_FAILED: {
    exit: 40,
    status: 502,
    text: 'the tunnel to port {port} of {machine} cannot be had: {reason}',
    fix: 'read the reason; run the same command again when it is mended',
  },
  SSH_FAILED: {
    exit: 40,
    status: 502,
    text: 'ssh could not connect to {machine}: {reason}',
    fix: 'read the reason, and with `{command}` what the machine says; then run the same command again',
  },

  RATE_LIMITED: {
    exit: 75,
    status: 429,
    text: 'calls come too fast for Google Cloud, which refused {what}: {reason}',
    fix: 'wait a minute and run the same command again: it goes on where this one stopped',
  },
  GOOGLE_UNAVAILABLE: {
    exit: 75,
    status: 503,
    text: '{what} cannot be answered by Google Cloud now: {reason}',
    fix: 'run the same command again in some minutes; https://status.cloud.google.com tells of outages',
  },
  GOOGLE_UNREACHABLE: {
    exit: 75,
    status: 503,
    text: 'no way to Google Cloud: {reason}',
    fix: 'check the network and the proxy variables (HTTPS_PROXY, NO_PROXY), then run the same command again',
  },

  // 75, 124, 130
  INTERRUPTED: {
    exit: 75,
    status: 503,
    text: 'stopped in the middle of {action}',
    fix: 'run `{command}` to go on from here',
  },
  TURN_LOST: {
    exit: 75,
    status: 503,
    text: 'another run has taken {deployment} over, because this one gave no sign of life for a minute',
    fix: 'look with `{command}` at what it does; whatever this run had begun, that one goes on with',
  },
  TIMED_OUT: {
    exit: 124,
    status: 504,
    text: '{what} was not finished after {time}',
    fix: 'run `{command}` to look again, or raise TIMEOUT',
  },
  STOPPED: {
    exit: 130,
    status: 503,
    text: 'stopped before anything was changed',
    fix: 'run the same command again',
  },
} as const satisfies Record<string, FaultRow>;
