import { describe, expect, it } from 'vitest';

import { machineTypeNames } from '../../src/catalog/machine-types.ts';
import type { VmClusterInput } from '../../stacks/cluster-input.ts';
import { vmCluster } from '../../stacks/vm-cluster.ts';
import { clusterInput, goldenInputs } from './cluster-inputs.ts';

type Block = Record<string, unknown>;
interface Stack {
  name: string;
  input: VmClusterInput;
  configuration: { locals: Block; variable: Record<string, Block>; resource: Record<string, Record<string, Block>> };
  variables: Record<string, unknown>;
}

const marker = 'cluster-provision ${var.name_prefix} ${var.deployment_id}';

// Every golden stack, and one for every machine type of the catalog.
const inputs = {
  ...goldenInputs,
  ...Object.fromEntries(machineTypeNames().map((name) => [name, clusterInput({ VM_TYPE: name })])),
};
const stacks = Object.entries(inputs).map(([name, input]) => ({ name, input, ...vmCluster(input) }) as Stack);

/** Names of the stacks that do not hold to a rule. */
function breakers(rule: (stack: Stack) => boolean): string[] {
  return stacks.filter((stack) => !rule(stack)).map(({ name }) => name);
}

describe('in every stack', () => {
  it('port 22 is open to SSH_SOURCE_RANGES, and nothing else to anybody outside', () => {
    const inside = /^\$\{(google_compute_subnetwork\.sub(_\d+)?\.ip_cidr_range|var\.name_prefix)\}$/;
    const between = (rule: Block) => {
      const from = (rule['source_ranges'] ?? rule['source_tags']) as string[];
      return from.length > 0 && from.every((range) => inside.test(range));
    };
    const ssh = (rule: Block) =>
      rule['source_ranges'] === '${var.ssh_source_ranges}' &&
      JSON.stringify(rule['allow']) === '[{"ports":["22"],"protocol":"tcp"}]';

    const wrong = breakers((stack) =>
      all(stack, 'google_compute_firewall').every(
        ([id, rule]) =>
          (id === 'ssh' ? ssh(rule) : between(rule)) && String(rule['target_tags']) === '${var.name_prefix}',
      ),
    );

    expect(wrong).toEqual([]);
  });

  it('a machine has one external address when PUBLIC_IP asks for it, and none otherwise', () => {
    const wrong = breakers((stack) => {
      const outside = (template(stack)['network_interface'] as Block[]).map((nic) => 'access_config' in nic);
      return outside.filter(Boolean).length === (stack.input.options.publicIp ? 1 : 0);
    });

    expect(wrong).toEqual([]);
  });

  it('there is a way out of our own networks without external addresses', () => {
    const wrong = breakers(
      (stack) =>
        all(stack, 'google_compute_router_nat').length === 1 ||
        stack.input.options.publicIp ||
        stack.input.options.networkConfig === 'default_network',
    );

    expect(wrong).toEqual([]);
  });

  it('every resource carries the mark of its deployment', () => {
    // A grant and a NAT have no field for a mark; they name what is marked.
    const grants = ['google_project_iam_member', 'google_storage_bucket_iam_member'];
    const marked = (type: string, block: Block) => {
      if (grants.includes(type)) {
        const { title } = (block['condition'] ?? {}) as Block;
        return title === marker || block['member'] === '${google_service_account.identity.member}';
      }
      if (type === 'google_compute_router_nat') return block['router'] === '${google_compute_router.router.name}';
      if (type === 'google_monitoring_dashboard') {
        return String(block['dashboard_json']).includes('"cluster-provision-id":"${var.deployment_id}"');
      }
      return block['description'] === marker;
    };

    const wrong = breakers((stack) =>
      Object.keys(stack.configuration.resource).every((type) =>
        all(stack, type).every(([, block]) => marked(type, block)),
      ),
    );

    expect(wrong).toEqual([]);
  });

  it('whatever can have labels has those of the deployment', () => {
    const wrong = breakers((stack) => {
      const [boot] = template(stack)['disk'] as Block[];
      const filestores = all(stack, 'google_filestore_instance').map(([, block]) => block);
      return [template(stack), boot, ...filestores].every((block) => block?.['labels'] === '${local.labels}');
    });

    expect(wrong).toEqual([]);
  });

  it('every variable has a type, a description, a value and no default', () => {
    const wrong = breakers(({ configuration, variables }) => {
      const declared = Object.entries(configuration.variable);
      return (
        declared.every(([, block]) => block['type'] && block['description'] && !('default' in block)) &&
        declared.map(([id]) => id).join() === Object.keys(variables).join()
      );
    });

    expect(wrong).toEqual([]);
  });

  it('every variable is used', () => {
    const wrong = breakers(({ configuration }) => {
      const text = JSON.stringify({ ...configuration, variable: {} });
      return Object.keys(configuration.variable).every((id) => new RegExp(`var\\.${id}\\b`).test(text));
    });

    expect(wrong).toEqual([]);
  });

  it('subnetworks do not overlap, hold 4,000 machines and keep clear of auto-mode networks', () => {
    const wrong = breakers((stack) => {
      const ranges = all(stack, 'google_compute_subnetwork').map(([, block]) => span(String(block['ip_cidr_range'])));
      ranges.sort((a, b) => a.first - b.first);
      return ranges.every(
        ({ first, last }, place) =>
          first > (ranges[place - 1]?.last ?? -1) && last < address('10.128.0.0') && last - first >= 4000,
      );
    });

    expect(wrong).toEqual([]);
  });

  it('machines with GPUs are never moved', () => {
    const wrong = breakers((stack) => {
      const { on_host_maintenance: maintenance } = template(stack)['scheduling'] as Block;
      return maintenance === 'TERMINATE' || stack.input.options.gpuCount === 0;
    });

    expect(wrong).toEqual([]);
  });

  it('a machine that has a time limit is deleted then, and not made again', () => {
    const wrong = breakers((stack) => {
      if (stack.input.options.maxRunSeconds === undefined) return true;
      const scheduling = template(stack)['scheduling'] as Block;
      const group = stack.configuration.resource['google_compute_instance_group_manager']?.['machines'];
      return (
        JSON.stringify(scheduling['max_run_duration']) === '{"seconds":"${var.max_run_seconds}"}' &&
        scheduling['instance_termination_action'] === 'DELETE' &&
        JSON.stringify(group?.['instance_lifecycle_policy']) === '{"default_action_on_failure":"DO_NOTHING"}'
      );
    });

    expect(wrong).toEqual([]);
  });

  it('virtual machines are shielded', () => {
    const wrong = breakers((stack) => {
      const shielded = template(stack)['shielded_instance_config'] as Block | undefined;
      return (
        stack.input.machine.bareMetal || (shielded?.['enable_vtpm'] && shielded['enable_integrity_monitoring']) === true
      );
    });

    expect(wrong).toEqual([]);
  });

  it('people log in as themselves, and keys of the project open nothing', () => {
    const wrong = breakers(({ input, configuration }) => {
      const metadata = configuration.locals['metadata'] as Block;
      return (
        metadata['enable-oslogin'] === 'TRUE' &&
        metadata['block-project-ssh-keys'] === 'TRUE' &&
        metadata['proxy-mode'] === (input.options.enableNotebook ? 'service_account' : undefined) &&
        !('serial-port-enable' in metadata) &&
        // Ours come last, so those of the user cannot take their place.
        template({ configuration } as Stack)['metadata'] === '${merge(var.metadata, local.metadata)}'
      );
    });

    expect(wrong).toEqual([]);
  });

  it('the machines have an account that is theirs alone, or that the user names, and none but these roles', () => {
    const inProject = ['roles/logging.logWriter', 'roles/monitoring.metricWriter', 'roles/compute.viewer'];
    const inBuckets = ['roles/storage.objectViewer', 'roles/storage.objectUser'];
    const accounts = ['${google_service_account.identity.email}', '${var.service_account}'];
    const wrong = breakers((stack) => {
      const roles = (type: string) => all(stack, type).map(([, block]) => String(block['role']));
      const { email, scopes } = template(stack)['service_account'] as Block;
      return (
        accounts.includes(String(email)) &&
        String(scopes) === 'https://www.googleapis.com/auth/cloud-platform' &&
        roles('google_project_iam_member').every((role) => inProject.includes(role)) &&
        roles('google_storage_bucket_iam_member').every((role) => inBuckets.includes(role))
      );
    });

    expect(wrong).toEqual([]);
  });

  it('nothing is left of cdktf', () => {
    expect(breakers(({ configuration }) => !/"\/\/"|TfToken|cdktf/.test(JSON.stringify(configuration)))).toEqual([]);
  });
});

function all({ configuration }: Stack, type: string): [string, Block][] {
  return Object.entries(configuration.resource[type] ?? {});
}

function template({ configuration }: Stack): Block {
  return configuration.resource['google_compute_instance_template']?.['machine'] ?? {};
}

function address(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function span(range: string): { first: number; last: number } {
  const [start = '', bits = ''] = range.split('/');
  const first = address(start);
  const size = 2 ** (32 - Number(bits));
  if (first % size !== 0) throw new Error(`${range} does not begin at its first address`);
  return { first, last: first + size - 1 };
}
