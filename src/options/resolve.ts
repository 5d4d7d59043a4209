import { machineType } from '../catalog/machine-types.ts';
import { collectFindings } from './findings.ts';
import type { Mistake } from './mistakes.ts';
import { resolveCapacity } from './resolve-capacity.ts';
import type { Capacity } from './resolve-capacity.ts';
import { resolveFiles } from './resolve-files.ts';
import type { Files, Surroundings } from './resolve-files.ts';
import { resolveImage } from './resolve-image.ts';
import type { Image } from './resolve-image.ts';
import { resolveLifeTime } from './resolve-life-time.ts';
import { resolveMachine } from './resolve-machine.ts';
import type { Machine } from './resolve-machine.ts';
import { resolvePlace } from './resolve-place.ts';
import type { Place } from './resolve-place.ts';
import { noteSecrets } from './secrets.ts';
import type { OptionKey, TableValues } from './table.ts';

/** The options whose value depends on others, or that are texts even where an action does without them. */
export interface Resolved extends Place, Machine, Capacity, Image, Files {
  maxRunSeconds?: number;
}

/** What the rules over several options say. */
export interface Resolution {
  resolved: Resolved;
  contradictions: Mistake[];
  remarks: string[];
}

/** Fills in what derives from the machine type and from other options, and finds what does not go together. */
export function resolve(values: TableValues, wrong: ReadonlySet<OptionKey>, around: Surroundings): Resolution {
  const contradictions: Mistake[] = [];
  const remarks: string[] = [];
  const findings = collectFindings(wrong, contradictions, remarks);
  const facts = machineType(values.vmType);
  if (!facts) throw new Error(`VM_TYPE was accepted, but the catalog has no ${values.vmType}`);
  const machine = resolveMachine(values, facts, findings);
  const capacity = resolveCapacity(values, { facts, gpuCount: machine.gpuCount }, findings);
  const lifeTime = resolveLifeTime(values, capacity.provisioningModel, findings);
  const resolved = {
    ...resolvePlace(values, findings),
    ...machine,
    ...capacity,
    ...resolveImage(values, facts, findings),
    ...resolveFiles(values, { ...around, localSsdCount: machine.localSsdCount }, findings),
    ...(lifeTime === undefined ? {} : { maxRunSeconds: lifeTime }),
  };
  noteSecrets(values, findings);
  return { resolved, contradictions, remarks };
}
