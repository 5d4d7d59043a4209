import type { Change } from './resource.ts';
import { isObject, hasUnknown, unknown } from './value.ts';
import type { ObjectValue, Value } from './value.ts';

// https://cloud.google.com/terraform/docs/… calls it the attribution label: which resources did Terraform make.
const attribution = 'goog-terraform-provisioned';

/**
 * Plans the two computed label maps of every resource with labels: `terraform_labels` (the configuration's, the provider's
 * default ones, the attribution label) and `effective_labels` (those and the ones that others put on the resource).
 */
export function planLabels(planned: ObjectValue, { config, prior, provider }: Change): ObjectValue {
  if (hasUnknown(config.labels ?? null)) return { ...planned, terraform_labels: unknown, effective_labels: unknown };
  const before = mapOf(prior?.terraform_labels);
  const effective = { ...mapOf(prior?.effective_labels) };
  const marked =
    provider.attribution === 'always' ||
    (provider.attribution === 'on creation' && (!prior || attribution in effective));
  const labels: ObjectValue = {
    ...provider.defaultLabels,
    ...(marked ? { [attribution]: 'true' } : {}),
    ...mapOf(config.labels),
  };
  for (const name of Object.keys(before)) if (!(name in labels)) delete effective[name];
  return { ...planned, terraform_labels: labels, effective_labels: { ...effective, ...labels } };
}

/** Of the labels that Google answers, `labels` and `terraform_labels` keep those that they had. */
export function readLabels(state: ObjectValue, known: ObjectValue): ObjectValue {
  const effective = mapOf(state.effective_labels);
  const those = (of: Value | undefined): Value =>
    isObject(of)
      ? Object.fromEntries(
          Object.keys(of).flatMap((name) => (name in effective ? [[name, effective[name] ?? '']] : [])),
        )
      : null;
  return {
    ...state,
    labels: those(known.labels),
    terraform_labels: those(known.terraform_labels) ?? {},
    effective_labels: effective,
  };
}

function mapOf(value: Value | undefined): ObjectValue {
  return isObject(value) ? value : {};
}
