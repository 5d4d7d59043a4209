import type { Cloud } from '../google/cloud.ts';
import type { Instance } from '../google/compute-machines.ts';
import type { GoogleHttp } from '../google/http.ts';
/** Where somebody wants to log in. */
export interface Place {
  cloud: Cloud;
  http: GoogleHttp;
  project: string;
  machine: Instance;
}
