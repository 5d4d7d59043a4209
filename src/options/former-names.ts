/** A variable of a former version: what became of it. */
export type FormerName =
  | { now: string; value?: (text: string) => string }
  /** Accepted, and without effect any more. */
  | { gone: string }
  /** Refused: what it asked for cannot be had here. */
  | { refused: string };

const laterVersion = 'this kind of cluster comes in a later version; leave the variable out';

/** The variables of the image that this one follows, from its first version to the last with an env file. */
export const formerNames: Readonly<Record<string, FormerName>> = {
  TERRAFORM_GCS_PATH: { now: 'GCS_PATH' },
  NFS_FILESHARE_LIST: { now: 'NFS_FILESTORE_LIST' },
  STARTUP_SCRIPT: { now: 'STARTUP_COMMAND' },
  SETUP_RAY: { now: 'ORCHESTRATOR_TYPE', value: (text) => (/^(yes|true|1)$/i.test(text) ? 'ray' : 'none') },
  DISABLE_OPS_AGENT: { now: 'ENABLE_OPS_AGENT', value: (text) => (/^(yes|true|1)$/i.test(text) ? 'no' : 'yes') },
  STOP_GRACE_SEC: { now: 'STOP_GRACE', value: (text) => `${text}s` },

  SLEEP_DURATION_SEC: { gone: 'CLEANUP_ON_EXIT keeps the container until it is stopped or MAX_RUN_DURATION is over' },
  DEBUG_HOLD: { gone: 'DEBUG=yes shows more' },
  MINIMIZE_TERRAFORM_LOGGING: { gone: "terraform's output always goes to a log file" },

  GKE_NODE_POOL_COUNT: { refused: laterVersion },
  GKE_NODE_COUNT_PER_NODE_POOL: { refused: laterVersion },
  GKE_VERSION: { refused: laterVersion },
  GKE_ENABLE_COMPACT_PLACEMENT: { refused: laterVersion },
  CUSTOM_NODE_POOL: { refused: laterVersion },
  KUBERNETES_SETUP_CONFIG: { refused: laterVersion },
  SLURM_NODE_COUNT_STATIC: { refused: laterVersion },
  SLURM_NODE_COUNT_DYNAMIC_MAX: { refused: laterVersion },
};
