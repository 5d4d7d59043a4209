import { Fn, TerraformLocal, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

import type { VmClusterInput } from '../cluster-input.ts';
import { declareVariables } from './variables.ts';
import type { Variables } from './variables.ts';

/** The cluster being described: the stack, what it is made from, and the references that every part needs. */
export interface Cluster {
  stack: TerraformStack;
  input: VmClusterInput;
  variables: Variables;
  project: string;
  zone: string;
  region: string;
  prefix: string;
  uuid: string;
  /** The deployment's labels and those of LABELS, for types that have labels. */
  labels: Record<string, string>;
  /** `cluster-provision <prefix> <uuid>`, the description of types that have no labels: inventory goes by it. */
  marker: string;
}

/** Opens the description of a cluster: the stack, its basic variables and its labels. */
export function openCluster(input: VmClusterInput): Cluster {
  const { options, deployment } = input;
  // A bare construct as root: cdktf's App reads the environment and the file system.
  const stack = new TerraformStack(new Construct(undefined as never, ''), 'vm-cluster');
  const variables = declareVariables(stack);
  const project = variables.text('project', options.projectId, 'Project that owns the cluster.');
  const region = variables.text('region', deployment.region, 'Region of the cluster.');
  const zone = variables.text('zone', deployment.zone, 'Zone of the machines.');
  const prefix = variables.text(
    'name_prefix',
    options.namePrefix,
    'Name of the deployment; every name begins with it.',
  );
  const uuid = variables.text('deployment_id', deployment.uuid, 'Identity of the deployment, on every resource.');
  const userLabels = variables.textMap('labels', options.labels, "The user's own labels.");
  const labels = new TerraformLocal(
    stack,
    'local-labels',
    Fn.merge([userLabels, { 'cluster-provision': prefix, 'cluster-provision-id': uuid }]),
  );
  labels.overrideLogicalId('labels');
  return {
    stack,
    input,
    variables,
    project,
    zone,
    region,
    prefix,
    uuid,
    labels: labels.expression as Record<string, string>,
    marker: `cluster-provision ${prefix} ${uuid}`,
  };
}
