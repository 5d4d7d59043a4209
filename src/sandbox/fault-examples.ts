import type { FaultSubject } from './fault-rules.ts';

/** What each subject of a fault rule does, with rules as they stand in a file; for docs/sandbox.md. */
export const faultExamples: Readonly<Record<FaultSubject, { summary: string; example: string }>> = {
  match: {
    summary:
      'Requests that match `service` (`storage`, `compute`, … or a whole host), `method`, `changes` (no reads), `path` (a regular expression that is looked for in path and query, unescaped), `principal` (another) and, among those, the `nth`, or a `share` at random (`0.1`: one in ten; another `seed` chooses others); left out means any. What happens to them is under `then`: `status` (with `reason`, `message`, `details`, `headers`, and `when: after` to answer so although the work was done), `delay` (milliseconds), `reset`, `drop` or `stall` (each `before` or `after` the work; the client gets no answer), `cutAfter` (the true answer breaks off after so many bytes), `slow` (it comes with so many bytes a second), or `taken` (somebody else does the same a moment before).',
    example: `# the state is written, but nobody hears of it
- match: { service: storage, method: POST, path: 'name=.*\\.tfstate' }
  then: { drop: after }
  times: 1
# the lock cannot be taken off
- match: { service: storage, method: DELETE, path: '\\.tflock' }
  then: { status: 503 }
# ten minutes in which the bucket is out of reach
- match: { service: storage }
  then: { status: 503 }
  until: 600000
# the token expires in the middle of the run
- match: { service: compute, nth: 20 }
  then: { status: 401 }`,
  },
  stockout: {
    summary:
      'Zones (`zone`) have no room for machines of a type (`machineType`; both regular expressions). Google then names zones that have: `zonesAvailable`.',
    example: `- stockout: { zone: ^us-central1-, machineType: ^a3-, zonesAvailable: [us-east4-a] }`,
  },
  quota: {
    summary: 'A quota has this limit in a region, or in the whole project (region `global`).',
    example: `- quota: { region: us-central1, metric: NVIDIA_H100_GPUS, limit: 8 }`,
  },
  operation: {
    summary:
      'Operations of a `type` (`insert`, `delete`, …) on a `target` (a regular expression for its URL; of those, the `nth`) end in `error` without having done anything, stay RUNNING for ever (`never`), or take `latency` milliseconds.',
    example: `- operation:
    type: insert
    target: /instanceGroupManagers/
    error: { code: QUOTA_EXCEEDED, message: "Quota 'CPUS' exceeded. Limit: 24.0 in region us-west1.", status: 403 }
  times: 1`,
  },
  machine: {
    summary:
      'Machines whose `name` matches: the start-up script ends with an exit code (`scriptFails`), nothing is ever reported (`silent`), the driver shows another number of `gpus`, or the machine is taken away after so many milliseconds (`preemptedAfter`).',
    example: `- machine: { name: -0002$, gpus: 7 }`,
  },
  foreignFirewall: {
    summary:
      'Somebody else adds a firewall rule to a `network` (a regular expression for its name) while it is being deleted.',
    example: `- foreignFirewall: { network: ^train-net$ }
  times: 1`,
  },
  strangersBucket: {
    summary: 'The name of a bucket belongs to somebody else, who lets us see nothing, or read it (`readable`).',
    example: `- strangersBucket: { name: my-state }`,
  },
  deniedPermission: {
    summary: 'Nobody may use a `permission` (`*` in it stands for any characters) for as long as the plan says so.',
    example: `- deniedPermission: { permission: compute.firewalls.* }`,
  },
  disabledApi: {
    summary: 'An `api` is off in every project until somebody switches it on there, or the plan no longer says so.',
    example: `- disabledApi: { api: file.googleapis.com }`,
  },
  leftLock: {
    summary: 'A dead run left its lock in a bucket: planted once, as soon as the bucket exists.',
    example: `- leftLock: { bucket: my-state, object: train-deployment/terraform/state/default.tflock, who: me@laptop }`,
  },
};
