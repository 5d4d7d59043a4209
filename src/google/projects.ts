import * as z from 'zod';

import type { GoogleHttp } from './http.ts';

const Project = z.object({
  projectId: z.string(),
  projectNumber: z.coerce.string(),
  lifecycleState: z.string().default('ACTIVE'),
});

/** https://cloud.google.com/resource-manager/reference/rest/v1/projects/get */
export function getProject(http: GoogleHttp, project: string): Promise<z.output<typeof Project>> {
  return http.call({ method: 'GET', service: 'resourcemanager', path: `/v1/projects/${project}` }, Project);
}

/**
 * Of `permissions`, those that these credentials do not have in the project; asked at most 100 at a time, as the API allows.
 * https://cloud.google.com/resource-manager/reference/rest/v1/projects/testIamPermissions
 */
export async function missingPermissions(
  http: GoogleHttp,
  project: string,
  permissions: readonly string[],
): Promise<string[]> {
  const granted = new Set<string>();
  for (let from = 0; from < permissions.length; from += 100) {
    const reply = await http.call(
      {
        method: 'POST',
        service: 'resourcemanager',
        path: `/v1/projects/${project}:testIamPermissions`,
        body: { permissions: permissions.slice(from, from + 100) },
      },
      z.object({ permissions: z.array(z.string()).default([]) }),
    );
    for (const permission of reply.permissions) granted.add(permission);
  }
  return permissions.filter((permission) => !granted.has(permission));
}
