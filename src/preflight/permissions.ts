import { fail } from '../core/faults.ts';
import { missingPermissions } from '../google/projects.ts';
import type { Check } from './check.ts';
import { neededPermissions } from './needed-permissions.ts';

/** May we create everything, and, as important, take it away again? */
export const permissions: Check = {
  name: 'permissions',
  summary: 'the credentials may create the cluster, and may delete it again',
  async ask({ options, http, cloud }) {
    const needed = neededPermissions(options, ['project']);
    const missing = await missingPermissions(http, options.projectId, needed);
    if (missing.length > 0) {
      const who = await cloud.tokens.describe();
      throw fail(
        'PERMISSION_DENIED',
        { who, what: 'create and delete this cluster', project: options.projectId, permissions: missing.join(', ') },
        { details: missing },
      );
    }
    return `${needed.length} granted`;
  },
};
