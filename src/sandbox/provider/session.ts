import type { Api } from './api.ts';
import { isObject, textOf } from './value.ts';
import type { Value } from './value.ts';

/** What one `provider "google"` block says, as far as resources look at it. */
export interface ProviderConfig {
  project: string;
  region: string;
  zone: string;
  defaultLabels: Readonly<Record<string, string>>;
  /** When resources get the label `goog-terraform-provisioned`. */
  attribution: 'never' | 'on creation' | 'always';
}

/** One configured provider instance: every connection of Terraform is one. */
export interface Session {
  api: Api;
  provider: ProviderConfig;
  /** An access token, for the data source that hands it out. */
  token(): Promise<string>;
  /** Runs `work` alone among those that name the same thing: one router's NATs, one project's IAM policy. */
  alone<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** A name that begins with `prefix` and that nobody has yet. */
  uniqueName(prefix: string): string;
}

/** Reads the configuration of a provider block. */
export function readProviderConfig(config: Value): ProviderConfig {
  const values = isObject(config) ? config : {};
  const labels = isObject(values.default_labels) ? values.default_labels : {};
  const proactive = values.terraform_attribution_label_addition_strategy === 'PROACTIVE';
  return {
    project: textOf(values, 'project'),
    region: textOf(values, 'region').split('/').at(-1) ?? '',
    zone: textOf(values, 'zone').split('/').at(-1) ?? '',
    defaultLabels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)])),
    attribution: values.add_terraform_attribution_label === false ? 'never' : proactive ? 'always' : 'on creation',
  };
}

/** Makes the `alone` of a server: shared by its sessions, for several may write the same policy. */
export function queueByKey(): Session['alone'] {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = tails.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine.catch(() => undefined);
    tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
