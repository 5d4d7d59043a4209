import { computeOperations } from './operation-routes.ts';
import type { ServiceDefinition } from './service.ts';
import { compute } from './services/compute/service.ts';
import { oauth } from './services/oauth.ts';
import { storage } from './services/storage.ts';

/** Every API of the embedded Google Cloud: one line each. */
export const services: readonly ServiceDefinition[] = [compute, computeOperations, oauth, storage];
