import type { CrashCloud } from './cloud.ts';
import { outcome } from './outcome.ts';
import type { Outcome, Suite } from './outcome.ts';

// Names that automatisms of Google's give to the rules that they add to a network.
const automatic = ['k8s-fw', 'k8s2', 'gke-all', 'aet-us'];
const most = 20;

/** Others have added firewall rules to the deployment's network, which cannot be deleted as long as they are there. */
export const strangers: Suite = {
  name: 'strangers in the network',
  about: `destroy with 0 to ${most} firewall rules of others in the network, of automatisms and of people; those of people stay, and are named`,
  cases: () =>
    Promise.resolve(
      Array.from({ length: most + 1 }, (_, count) => {
        const people = Math.floor(count / 3);
        return {
          name: `${count - people} of automatisms, ${people} of people`,
          play: (cloud: CrashCloud, project: string) => play(cloud, project, count - people, people),
        };
      }),
    ),
};

async function play(cloud: CrashCloud, project: string, ofAutomatisms: number, ofPeople: number): Promise<Outcome> {
  const place = { project, container: 1 };
  await cloud.make(place);
  const theirs = Array.from({ length: ofPeople }, (_, index) => `kim-${index}`);
  const others = Array.from({ length: ofAutomatisms }, (_, index) => `${automatic[index % automatic.length]}-${index}`);
  for (const name of [...theirs, ...others]) await addRule(cloud, project, name);

  const first = await cloud.run('destroy', place);
  const rules = (await cloud.left(project)).filter(({ kind }) => kind === 'firewalls').map(({ name }) => name);
  const kept = theirs.every((name) => rules.some((rule) => rule.endsWith(`/${name}`))) && rules.length === ofPeople;
  const named = theirs.every((name) => first.said.exists?.includes(name));
  await cloud.removeStrangers(project);
  const end = await cloud.run('destroy', place);
  return outcome([first, end], {
    converged: kept && named && end.code === 0,
    leftovers: await cloud.left(project),
    wrongCode: first.code !== (ofPeople > 0 ? 31 : 0),
  });
}

async function addRule(cloud: CrashCloud, project: string, name: string): Promise<void> {
  const allowed = [{ IPProtocol: 'tcp', ports: ['22'] }];
  const network = `projects/${project}/global/networks/demo-net`;
  await cloud.ask('POST', `/compute/v1/projects/${project}/global/firewalls`, { name, network, allowed });
}
