import { OperationError } from '../../operation-error.ts';

/** What was asked for where there is no room. */
export interface Wanted {
  projectId: string;
  zone: string;
  machineType: string;
  accelerators: readonly { type: string; count: number }[];
}

/** The way an operation ends in a zone without room, with the zones that have some. https://cloud.google.com/compute/docs/resource-error */
export function stockoutError(wanted: Wanted, zonesAvailable: readonly string[]): OperationError {
  const { projectId, zone, machineType, accelerators } = wanted;
  const attached = accelerators.map(({ type, count }) => ` with ${count} ${type} accelerator(s)`).join('');
  const hint =
    zonesAvailable.length > 0
      ? `Consider trying your request in the ${zonesAvailable.join(', ')} zone(s), which currently has capacity to accommodate your request. `
      : '';
  const message = `A ${machineType} VM instance${attached} is currently unavailable in the ${zone} zone. ${hint}Alternatively, you can try your request again with a different VM hardware configuration or at a later time. For more information, see the troubleshooting documentation.`;
  return new OperationError(
    'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS',
    // Two spaces, as Google writes it.
    `The zone 'projects/${projectId}/zones/${zone}' does not have enough resources available to fulfill the request.  '(resource type:compute)'.`,
    [
      {
        help: {
          links: [
            {
              description: 'Troubleshooting documentation',
              url: 'https://cloud.google.com/compute/docs/resource-error',
            },
          ],
        },
      },
      { localizedMessage: { locale: 'en-US', message } },
      {
        errorInfo: {
          reason: 'resource_availability',
          domain: 'compute.googleapis.com',
          metadatas: {
            vmType: machineType,
            attachment: accelerators.map(({ type, count }) => `${type}:${count}`).join(','),
            zone,
            zonesAvailable: zonesAvailable.join(','),
          },
        },
      },
    ],
    503,
  );
}
