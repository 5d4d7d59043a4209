import { computeOperations } from './operation-routes.ts';
import type { ServiceDefinition } from './service.ts';
import { billing } from './services/billing.ts';
import { compute } from './services/compute/service.ts';
import { filestore } from './services/filestore.ts';
import { iam } from './services/iam.ts';
import { iapRelay } from './services/iap-relay.ts';
import { monitoring } from './services/monitoring.ts';
import { oauth } from './services/oauth.ts';
import { osLogin } from './services/os-login.ts';
import { projectControls } from './services/project-controls.ts';
import { resourceManager } from './services/resource-manager.ts';
import { serviceUsage } from './services/service-usage.ts';
import { storage } from './services/storage.ts';

/** Every API of the embedded Google Cloud: one line each. */
export const services: readonly ServiceDefinition[] = [
  billing,
  compute,
  computeOperations,
  filestore,
  iam,
  iapRelay,
  monitoring,
  oauth,
  osLogin,
  projectControls,
  resourceManager,
  serviceUsage,
  storage,
];
