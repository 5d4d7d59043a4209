import { clientConfig } from './data/client-config.ts';
import { computeImage } from './data/compute-image.ts';
import { computeNetworkData } from './data/compute-network.ts';
import { computeZones } from './data/compute-zones.ts';
import { project } from './data/project.ts';
import type { DataSource, Resource } from './resource.ts';
import { computeAddress } from './resources/compute-address.ts';
import { computeDisk } from './resources/compute-disk.ts';
import { computeFirewall } from './resources/compute-firewall.ts';
import { computeInstanceGroupManager } from './resources/compute-instance-group-manager.ts';
import { computeInstanceTemplate } from './resources/compute-instance-template.ts';
import { computeInstance } from './resources/compute-instance.ts';
import { computeNetwork } from './resources/compute-network.ts';
import { computeResizeRequest } from './resources/compute-resize-request.ts';
import { computeResourcePolicy } from './resources/compute-resource-policy.ts';
import { computeRouterNat } from './resources/compute-router-nat.ts';
import { computeRouter } from './resources/compute-router.ts';
import { computeSubnetwork } from './resources/compute-subnetwork.ts';
import { filestoreInstance } from './resources/filestore-instance.ts';
import { monitoringDashboard } from './resources/monitoring-dashboard.ts';
import { projectIamMember } from './resources/project-iam-member.ts';
import { projectService } from './resources/project-service.ts';
import { serviceAccountIamMember } from './resources/service-account-iam-member.ts';
import { serviceAccount } from './resources/service-account.ts';
import { storageBucketIamMember } from './resources/storage-bucket-iam-member.ts';
import { storageBucketObject } from './resources/storage-bucket-object.ts';
import { storageBucket } from './resources/storage-bucket.ts';

/** Every resource type that the embedded provider serves, by its name. */
export const resources = byType<Resource>([
  computeAddress,
  computeDisk,
  computeFirewall,
  computeInstance,
  computeInstanceGroupManager,
  computeInstanceTemplate,
  computeNetwork,
  computeResizeRequest,
  computeResourcePolicy,
  computeRouter,
  computeRouterNat,
  computeSubnetwork,
  filestoreInstance,
  monitoringDashboard,
  projectIamMember,
  projectService,
  serviceAccount,
  serviceAccountIamMember,
  storageBucket,
  storageBucketIamMember,
  storageBucketObject,
]);

/** Every data source that it serves, by its name. */
export const dataSources = byType<DataSource>([clientConfig, computeImage, computeNetworkData, computeZones, project]);

function byType<T extends { type: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  return new Map(list.map((item) => [item.type, item]));
}
